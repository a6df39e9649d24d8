//! Just enough of Rust's lexical rules to tell code, texts and comments apart.

/// A file in three parts. Line numbers start at 1.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Code of each line, without texts and comments.
    pub code: Vec<String>,
    /// Each text with the line it starts on.
    pub texts: Vec<(usize, String)>,
}

/// Takes a file apart.
pub fn parts(source: &str) -> Parts {
    let letters: Vec<char> = source.chars().collect();
    let mut lexer =
        Lexer { letters: &letters, at: 0, parts: Parts { code: vec![String::new()], texts: Vec::new() } };
    while lexer.at < letters.len() {
        lexer.step();
    }
    lexer.parts
}

struct Lexer<'a> {
    letters: &'a [char],
    at: usize,
    parts: Parts,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> char {
        self.letters.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn step(&mut self) {
        match (self.peek(0), self.peek(1)) {
            ('/', '/') => self.skip_while(|lexer| lexer.peek(0) != '\n'),
            ('/', '*') => self.block_comment(),
            ('"', _) => self.text(0, true),
            ('r', '"' | '#') if !self.in_word() && self.raw_hashes().is_some() => self.raw_text(),
            ('\'', '\\') => self.character(),
            ('\'', _) if self.peek(2) == '\'' => self.character(),
            _ => self.take(),
        }
    }

    /// `for "…"` is not the raw text that its `r` suggests.
    fn in_word(&self) -> bool {
        self.at > 0
            && (self.letters[self.at - 1].is_alphanumeric() || self.letters[self.at - 1] == '_')
            && self.letters[self.at - 1] != 'b'
    }

    fn raw_hashes(&self) -> Option<usize> {
        let hashes = (1..).take_while(|ahead| self.peek(*ahead) == '#').count();
        (self.peek(hashes + 1) == '"').then_some(hashes)
    }

    fn raw_text(&mut self) {
        let hashes = self.raw_hashes().unwrap_or(0);
        self.at += hashes + 1;
        self.text(hashes, false);
    }

    fn text(&mut self, hashes: usize, escapes: bool) {
        let line = self.parts.code.len();
        let mut text = String::new();
        self.at += 1;
        while self.at < self.letters.len() {
            let letter = self.peek(0);
            if escapes && letter == '\\' {
                self.newline_if(self.peek(1));
                self.at += 2;
                continue;
            }
            if letter == '"' && (1..=hashes).all(|ahead| self.peek(ahead) == '#') {
                break;
            }
            self.newline_if(letter);
            text.push(letter);
            self.at += 1;
        }
        self.at += 1 + hashes;
        self.parts.texts.push((line, text));
    }

    fn character(&mut self) {
        self.at += if self.peek(1) == '\\' { 3 } else { 2 };
        self.skip_while(|lexer| lexer.peek(0) != '\'');
        self.at += 1;
    }

    fn block_comment(&mut self) {
        while self.at < self.letters.len() && (self.peek(0), self.peek(1)) != ('*', '/') {
            self.newline_if(self.peek(0));
            self.at += 1;
        }
        self.at += 2;
    }

    fn skip_while(&mut self, go_on: impl Fn(&Self) -> bool) {
        while self.at < self.letters.len() && go_on(self) {
            self.at += 1;
        }
    }

    fn newline_if(&mut self, letter: char) {
        if letter == '\n' {
            self.parts.code.push(String::new());
        }
    }

    fn take(&mut self) {
        let letter = self.peek(0);
        self.newline_if(letter);
        if letter != '\n'
            && let Some(line) = self.parts.code.last_mut()
        {
            line.push(letter);
        }
        self.at += 1;
    }
}

#[test]
fn code_texts_and_comments_are_told_apart() {
    let source = "let a = \"select \\\" 1\"; // \"no\"\nlet b = r#\"x\"y\"#; /* \"no\"\n*/ let c = '\"'; let d: &'a str;\n";
    let parts = parts(source);
    assert_eq!(parts.texts, [(1, "select  1".to_owned()), (2, "x\"y".to_owned())]);
    assert_eq!(parts.code[0], "let a = ; ");
    assert_eq!(parts.code[2], " let c = ; let d: &'a str;");
}
