"""The register of business licences: who directs a company."""

from accounts.mandates.companies.port import Company, CompanyRegister, Unavailable, register

__all__ = ["Company", "CompanyRegister", "Unavailable", "register"]
