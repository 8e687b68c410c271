import { theme as antTheme, type ThemeConfig } from "antd";

const FONTS =
  '"Inter Variable", "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", system-ui, sans-serif';

/** One accent, quiet surfaces. State colours live in tokens.css, after Okabe and Ito's palette, so that they can be told apart
 * without seeing red or green; every state has its own shape besides. */
export function consoleTheme(dark: boolean, language: string, still: boolean): ThemeConfig {
  return {
    algorithm: dark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    cssVar: { key: "callbase" },
    token: {
      colorPrimary: dark ? "#6f93f5" : "#2f5bd7",
      colorInfo: dark ? "#6f93f5" : "#2f5bd7",
      colorLink: dark ? "#8aa8f8" : "#2850c4",
      colorSuccess: dark ? "#2fb58b" : "#00805c",
      colorWarning: dark ? "#e5ae3f" : "#b87400",
      colorError: dark ? "#ef7b5a" : "#c2410c",
      colorBgBase: dark ? "#10141c" : "#ffffff",
      colorBgLayout: dark ? "#0c1017" : "#f4f6fa",
      colorBgContainer: dark ? "#151b26" : "#ffffff",
      colorBgElevated: dark ? "#1b2230" : "#ffffff",
      colorTextBase: dark ? "#e6eaf2" : "#1a2233",
      colorTextPlaceholder: dark ? "#8e99ad" : "#616b7f",
      colorTextDescription: dark ? "#8e99ad" : "#616b7f",
      colorBorder: dark ? "#323c4f" : "#d5dbe6",
      colorBorderSecondary: dark ? "#252d3c" : "#e6eaf1",
      borderRadius: 8,
      fontSize: 14,
      controlHeight: 34,
      fontFamily: language === "zh-CN" ? `"Chinese Punctuation", ${FONTS}` : FONTS,
      wireframe: false,
      motion: !still,
    },
    components: {
      Layout: { headerPadding: 0 },
      Menu: {
        itemHeight: 36,
        itemBorderRadius: 8,
        itemMarginInline: 8,
        itemBg: "transparent",
        subMenuItemBg: "transparent",
        ...(dark && { itemSelectedBg: "#1d2943", itemSelectedColor: "#8aa8f8" }),
      },
      Table: {
        cellPaddingBlockMD: 8,
        cellPaddingInlineMD: 14,
        headerBg: dark ? "#1a212e" : "#f8f9fc",
        headerSplitColor: "transparent",
        headerSortActiveBg: dark ? "#1a212e" : "#f8f9fc",
        bodySortBg: "transparent",
        rowHoverBg: dark ? "#1a212e" : "#f8f9fc",
      },
      Button: dark ? { primaryColor: "#0c1017" } : {},
      Card: { paddingLG: 20 },
      Form: { itemMarginBottom: 20, verticalLabelPadding: "0 0 5px" },
      Tag: { defaultBg: dark ? "#232c3c" : "#eef1f6", defaultColor: dark ? "#c9d1e0" : "#414b5f" },
    },
  };
}
