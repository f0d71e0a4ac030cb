"""`python -m rules.live`: the self-test, in this process; silent if durable-rules judges rightly."""

from rules.live.selftest import check

if __name__ == "__main__":
    check()
