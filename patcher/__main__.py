"""`python -m patcher` is `nextfix`."""

from patcher.cli import main

if __name__ == "__main__":
    main()
