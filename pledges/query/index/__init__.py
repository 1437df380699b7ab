"""What pledges have in common, in memory: for each value of each dimension the set of its pledges, as a bitmap.

Counts and matches of any query come from here, exactly as SQL would give them, without asking the database.
Each process keeps its own, tied to the version of the data. Not here: what a parameter means (`pledge_dimensions`,
`fields`), and what is shown of the pledges found.
"""
