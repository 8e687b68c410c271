"""`callbase backup` and `callbase restore`: database, recordings, prompts and secrets, in an encrypted repository of restic's.

restic (https://restic.net) encrypts, keeps each piece once however many backups have it, and writes to a folder, SFTP, S3 and
others. What is kept there can be read without callbase: `restic dump ID database.dump | pg_restore` and `restic restore ID`.
"""

from callbase.platform.backup.daily import make_daily_backups
from callbase.platform.backup.make import make_backup, state_of
from callbase.platform.backup.repository import Backup, BackupFailed, Repository
from callbase.platform.backup.restore import restore

__all__ = ["Backup", "BackupFailed", "Repository", "make_backup", "make_daily_backups", "restore", "state_of"]
