"""`python -m skep` is `skep`."""

from skep.cli.main import main

raise SystemExit(main())
