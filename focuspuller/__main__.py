"""`python -m focuspuller` is the `focuspuller` command."""

from focuspuller.ofx_bridge.cli.main import main

raise SystemExit(main())
