"""Commands as they are typed: words out of bash, cmd and PowerShell, without running anything."""
