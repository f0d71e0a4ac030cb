"""`python -m sopwatch`."""

from sopwatch.cli import main

if __name__ == "__main__":
    main()
