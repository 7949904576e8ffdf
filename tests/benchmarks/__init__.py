"""What minigrad costs, beside its peers: uv run python -m tests.benchmarks says which measurements there are."""
