"""Users, what proves who they are, the keys of programs, and what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from kogorta_server.accounts.rights import RIGHTS, Right
from kogorta_server.accounts.words import Role


class UserManager(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, email: str, password: str | None, role: Role, **more: Any) -> User:
        """Make a user; without a password nobody can log in as him."""
        user = self.model(email=self.normalize_email(email).lower(), role=role, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Return whom somebody means who typed his address in whatever case."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Somebody who logs in; he is called by his e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    language = models.CharField(max_length=2, choices=[("ru", "ru"), ("en", "en")], default="en")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name or self.email

    def may(self, right: Right) -> bool:
        """Tell whether he may do something."""
        return self.is_active and right in RIGHTS[Role(self.role)]


class AuditEntry(models.Model):
    """Something that somebody did: written once, never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    who = models.CharField(max_length=254, help_text="His address as it was then, or the name of a key.")
    action = models.CharField(max_length=60, help_text="Such as `segment.applied`.")
    target = models.CharField(max_length=254, blank=True, help_text="What it was done to; never a contact.")
    details = models.JSONField(default=dict, blank=True)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.who} {self.action} {self.target}"


class SecondStep(models.Model):
    """The telephone of a user: codes of it are asked for after his password."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="second_step")
    sealed_secret = models.TextField(help_text="Sealed, see `sealing`.")
    confirmed_at = models.DateTimeField(null=True, help_text="Empty until a first code proved that it works.")
    last_step = models.BigIntegerField(
        default=0, help_text="Of the last code that was taken: none is taken twice."
    )
    failures = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second step of {self.user_id}"


class RecoveryCode(models.Model):
    """Lets somebody in once who lost his telephone."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class StrictRole(models.Model):
    """A role whose people must have a second step."""

    role = models.CharField(max_length=20, unique=True, choices=[(role.value, role.value) for role in Role])

    def __str__(self) -> str:
        return self.role


class ApiKey(models.Model):
    """What a program shows instead of a password; the secret itself is stored nowhere."""

    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16, unique=True, help_text="Of the secret: by this it is found.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole secret, which nobody can guess.")
    scopes = models.JSONField(default=list, help_text="Rights, see `rights.Right`.")
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}"
