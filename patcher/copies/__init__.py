"""Plans for installed copies, and the commands that use them: apply, revert, status, diff, export."""
