"""safeconduct: a drone crew accepts a surrender, or leads the lost out, safely, and can prove what happened."""

__version__ = "0.1.0"
