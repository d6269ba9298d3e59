-- The rows are entries. Tokens are made by the program: letters and digits,
-- folded, between spaces; the ascii tokenizer takes them as they are.
CREATE VIRTUAL TABLE entry_search USING fts5 (
    tokens, content = '', detail = none, columnsize = 0, tokenize = 'ascii'
);
