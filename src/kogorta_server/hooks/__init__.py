"""Webhooks: other programs are told who came into segments and who left them (Standard Webhooks)."""
