package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Cuts a template into tokens: text outside `{{ }}`, and what stands inside. Trims white space beside `{{-` and
/// `-}}` and drops comments.
final class TemplateLexer {

    private static final String LEFT = "{{";
    private static final String RIGHT = "}}";
    private static final String COMMENT_START = "/*";
    private static final String COMMENT_END = "*/";
    private static final String SPACES = " \t\r\n";
    private static final Set<String> KEYWORDS =
            Set.of("block", "break", "continue", "define", "else", "end", "if", "range", "template", "with");

    private final String text;
    private final TemplateSource source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int parentheses;

    TemplateLexer(TemplateSource source) {
        this.source = source;
        this.text = source.text();
    }

    List<Token> run() {
        boolean trimsNext = false;
        while (at < text.length()) {
            int start = at;
            int left = text.indexOf(LEFT, at);
            int end = left < 0 ? text.length() : left;
            int from = trimsNext ? skipSpaces(start) : start;
            int to = left >= 0 && isTrimmedLeft(left) ? trimEnd(from, end) : end;
            if (to > from) {
                tokens.add(new Token(Kind.TEXT, text.substring(from, to), from));
            }
            if (left < 0) {
                at = text.length();
                break;
            }
            at = left + LEFT.length() + (isTrimmedLeft(left) ? 2 : 0);
            trimsNext = text.startsWith(COMMENT_START, at) ? comment() : action(left);
        }
        tokens.add(new Token(Kind.END_OF_FILE, "", text.length()));
        return tokens;
    }

    private boolean isTrimmedLeft(int left) {
        int dash = left + LEFT.length();
        return dash + 1 < text.length() && text.charAt(dash) == '-' && SPACES.indexOf(text.charAt(dash + 1)) >= 0;
    }

    private int skipSpaces(int from) {
        int i = from;
        while (i < text.length() && SPACES.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        return i;
    }

    private int trimEnd(int from, int end) {
        int i = end;
        while (i > from && SPACES.indexOf(text.charAt(i - 1)) >= 0) {
            i--;
        }
        return Math.max(from, i);
    }

    /// @return whether the text behind is trimmed
    private boolean comment() {
        int end = text.indexOf(COMMENT_END, at);
        if (end < 0) {
            throw source.error(at, "unclosed comment");
        }
        at = end + COMMENT_END.length();
        boolean isTrimmed = isTrimmedRight();
        at += isTrimmed ? 2 : 0;
        if (!text.startsWith(RIGHT, at)) {
            throw source.error(at, "comment ends before closing delimiter");
        }
        at += RIGHT.length();
        return isTrimmed;
    }

    private boolean isTrimmedRight() {
        return at + 1 < text.length() && SPACES.indexOf(text.charAt(at)) >= 0 && text.startsWith("-" + RIGHT, at + 1);
    }

    /// @return whether the text behind is trimmed
    private boolean action(int left) {
        tokens.add(new Token(Kind.LEFT_DELIMITER, LEFT, left));
        parentheses = 0;
        while (at < text.length()) {
            boolean isTrimmed = isTrimmedRight();
            if (isTrimmed || text.startsWith(RIGHT, at)) {
                if (parentheses > 0) {
                    throw source.error(at, "unclosed left paren");
                }
                tokens.add(new Token(Kind.RIGHT_DELIMITER, RIGHT, at));
                at += (isTrimmed ? 2 : 0) + RIGHT.length();
                return isTrimmed;
            }
            token();
        }
        throw source.error(left, "unclosed action");
    }

    private void token() {
        int start = at;
        char c = text.charAt(at);
        switch (c) {
            case ' ', '\t', '\r', '\n' -> {
                while (at < text.length() && SPACES.indexOf(text.charAt(at)) >= 0 && !isTrimmedRight()) {
                    at++;
                }
                add(Kind.SPACE, start);
            }
            case ':' -> {
                if (!text.startsWith(":=", at)) {
                    throw source.error(at, "expected :=");
                }
                single(Kind.DECLARE, 2);
            }
            case '=' -> single(Kind.ASSIGN, 1);
            case '|' -> single(Kind.PIPE, 1);
            case ',' -> single(Kind.COMMA, 1);
            case '(' -> {
                parentheses++;
                single(Kind.LEFT_PARENTHESIS, 1);
            }
            case ')' -> {
                if (--parentheses < 0) {
                    throw source.error(at, "unexpected right paren");
                }
                single(Kind.RIGHT_PARENTHESIS, 1);
            }
            case '"' -> quoted('"', Kind.STRING, "unterminated quoted string");
            case '\'' -> quoted('\'', Kind.CHARACTER, "unterminated character constant");
            case '`' -> rawString();
            case '$' -> {
                at++;
                word();
                terminated(Kind.VARIABLE, start);
            }
            case '.' -> dot();
            default -> other(c);
        }
    }

    private void add(Kind kind, int start) {
        tokens.add(new Token(kind, text.substring(start, at), start));
    }

    private void single(Kind kind, int length) {
        at += length;
        add(kind, at - length);
    }

    private void quoted(char quote, Kind kind, String problem) {
        int start = at++;
        while (at < text.length() && text.charAt(at) != quote) {
            if (text.charAt(at) == '\n') {
                throw source.error(start, problem);
            }
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        if (at >= text.length()) {
            throw source.error(start, problem);
        }
        at++;
        add(kind, start);
    }

    private void rawString() {
        int start = at;
        int end = text.indexOf('`', start + 1);
        if (end < 0) {
            throw source.error(start, "unterminated raw quoted string");
        }
        at = end + 1;
        add(Kind.RAW_STRING, start);
    }

    private void dot() {
        int start = at;
        boolean isNumber = at + 1 < text.length() && isDigit(text.charAt(at + 1));
        if (isNumber) {
            number();
            return;
        }
        at++;
        word();
        terminated(at == start + 1 ? Kind.DOT : Kind.FIELD, start);
    }

    private void other(char c) {
        int start = at;
        if (isDigit(c) || c == '+' || c == '-') {
            number();
        } else if (isWordPart(text.codePointAt(at))) {
            word();
            String word = text.substring(start, at);
            Kind kind = switch (word) {
                case "true", "false" -> Kind.BOOLEAN;
                case "nil" -> Kind.NIL;
                default -> KEYWORDS.contains(word) ? Kind.KEYWORD : Kind.IDENTIFIER;
            };
            terminated(kind, start);
        } else {
            throw source.error(at, "unrecognized character in action: " + shown(text.codePointAt(at)));
        }
    }

    private void word() {
        while (at < text.length() && isWordPart(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
    }

    /// A word must be followed by something that cannot be part of it.
    private void terminated(Kind kind, int start) {
        boolean isEnded =
                at >= text.length() || " \t\r\n.,|:()=".indexOf(text.charAt(at)) >= 0 || text.startsWith(RIGHT, at);
        if (!isEnded) {
            throw source.error(start, "bad character " + shown(text.codePointAt(at)));
        }
        add(kind, start);
    }

    private void number() {
        int start = at;
        if (text.charAt(at) == '+' || text.charAt(at) == '-') {
            at++;
        }
        boolean isHex = text.startsWith("0x", at) || text.startsWith("0X", at);
        while (at < text.length()) {
            char c = text.charAt(at);
            boolean isExponentSign =
                    (c == '+' || c == '-') && (isHex ? "pP" : "eE").indexOf(text.charAt(at - 1)) >= 0 && at > start + 1;
            if (!isExponentSign && !isWordPart(c) && c != '.') {
                break;
            }
            at++;
        }
        String number = text.substring(start, at);
        if (!NumberLiteral.isNumber(number)) {
            throw source.error(start, "bad number syntax: " + GoFormat.quote(number));
        }
        add(Kind.NUMBER, start);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(int c) {
        return c == '_' || Character.isLetter(c) || Character.isDigit(c);
    }

    /// Go's `%#U`.
    private static String shown(int c) {
        String code = "U+%04X".formatted(c);
        boolean isPrintable = !Character.isISOControl(c) && !Character.isSpaceChar(c) && Character.isDefined(c);
        return isPrintable || c == ' ' ? code + " '" + Character.toString(c) + "'" : code;
    }
}
