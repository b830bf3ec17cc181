"""Users, and what they did."""

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
