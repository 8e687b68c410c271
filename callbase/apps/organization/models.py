"""Tenants, their units and people, what people may do, and the telephones agents work with."""

from __future__ import annotations

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

LANGUAGES = [("zh-CN", "zh-CN"), ("en-US", "en-US")]


def default_languages() -> list[str]:
    return ["zh-CN", "en-US"]


class Tenant(models.Model):
    """One company's centre. Every business row belongs to one."""

    id = models.CharField(primary_key=True, max_length=40)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64, default="Asia/Shanghai")
    languages = models.JSONField(default=default_languages)
    """BCP 47 tags; the first is the default."""
    device_grace_s = models.FloatField(default=30.0)
    park_returns_after_s = models.FloatField(default=60.0)
    place_kept_s = models.FloatField(default=300.0)
    """How long who waited on a switch node that died may take to call again and have the old place."""
    supervision_shown = models.BooleanField(default=False)
    """Agents are told of supervisors at their calls."""
    unknown_did = models.JSONField(null=True, blank=True)
    """`callbase.core.config.Say`: what the caller of an unknown number hears."""
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "tenant"


class TenantOwned(models.Model):
    """Base of every business row."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, db_column="tenant", related_name="+")

    class Meta:
        abstract = True


class Unit(TenantOwned):
    """A department or team: a node of the tenant's tree (MGT-2)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.RESTRICT, db_column="parent", related_name="children"
    )
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "unit"
        constraints = [models.UniqueConstraint(fields=["tenant", "parent", "name"], nulls_distinct=False, name="unit_name")]


class Role(TenantOwned):
    """A named set of permissions, and how far they reach (MGT-4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    """Language → text."""
    permissions = models.JSONField(default=list)
    """Strings of `access.PERMISSIONS`."""
    scope = models.CharField(max_length=8, default="own", choices=[("own", "own"), ("unit", "unit"), ("all", "all")])

    class Meta:
        db_table = "role"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="role_key")]


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        """`username` is "tenant/login", the form in which sign-ins are counted."""
        tenant, _, login = (username or "").partition("/")
        return self.get(tenant_id=tenant, login=login)


class Person(AbstractBaseUser, TenantOwned):
    """Somebody who signs in; an agent too where there is an `agent` row (MGT-3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    login = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    unit = models.ForeignKey(Unit, null=True, blank=True, on_delete=models.RESTRICT, db_column="unit", related_name="people")
    roles = models.ManyToManyField(Role, db_table="person_role", related_name="people")
    is_active = models.BooleanField(default=True, db_column="active")
    language = models.CharField(max_length=8, choices=LANGUAGES, default="zh-CN", blank=True)
    """Empty: never chosen; the first sign-in brings it."""
    theme = models.CharField(max_length=8, default="system", choices=[(v, v) for v in ("light", "dark", "system")])
    staff_number = models.CharField(max_length=40, blank=True, default="")
    kind = models.CharField(max_length=40, blank=True, default="")
    """Employment, in the centre's own words: permanent, temporary, trainee …"""
    region = models.CharField(max_length=80, blank=True, default="")
    sex = models.CharField(max_length=8, blank=True, default="", choices=[(v, v) for v in ("", "female", "male", "other")])
    birthday = models.DateField(null=True, blank=True)
    phone = models.CharField(max_length=40, blank=True, default="")
    mobile = models.CharField(max_length=40, blank=True, default="")
    email = models.CharField(max_length=254, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = []

    class Meta:
        db_table = "person"
        constraints = [models.UniqueConstraint(fields=["tenant", "login"], name="person_login")]
        indexes = [models.Index(fields=["tenant", "name"], name="person_name")]

    def __str__(self) -> str:
        return f"{self.tenant_id}/{self.login}"


class Agent(TenantOwned):
    """A person's place at the telephone. `number` is the agent's id wherever calls are concerned."""

    id = models.BigAutoField(primary_key=True)
    number = models.CharField(max_length=20)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, db_column="person", related_name="agent")
    outside = models.CharField(max_length=8, default="no", choices=[(v, v) for v in ("no", "fixed", "own")])
    """Whether it may work at an outside number: not, at the one it was given, or at any it gives itself."""
    outside_number = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        db_table = "agent"
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="agent_number")]


class Device(TenantOwned):
    """A telephone. Its id is its SIP user name, so unique across all tenants."""

    id = models.CharField(primary_key=True, max_length=64)
    kind = models.CharField(max_length=8, choices=[("browser", "browser"), ("sip", "sip")])
    agent = models.ForeignKey(Agent, null=True, blank=True, on_delete=models.CASCADE, db_column="agent", related_name="devices")
    ha1 = models.TextField()
    """MD5(id:callbase:password), RFC 2617 §3.2.2.2, sealed (`secrets.seal`)."""
    secret = models.TextField(blank=True, default="")
    """The password, sealed, of browser telephones only: the console must be given it."""
    number = models.CharField(max_length=32, blank=True, default="")
    """Shown as caller; a device without agent is a customer's telephone of the demo."""

    class Meta:
        db_table = "device"
