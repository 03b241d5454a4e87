# A key that opens nothing, and a plaintext for a file that the rules do not name.
echo AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX > other.txt
echo A=1 > plain.env
