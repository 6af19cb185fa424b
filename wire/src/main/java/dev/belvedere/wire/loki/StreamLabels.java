package dev.belvedere.wire.loki;

import dev.belvedere.model.labels.LabelNames;
import dev.belvedere.model.labels.Labels;
import dev.belvedere.wire.IngestLimits;
import org.jspecify.annotations.Nullable;

/// Reads the label set of a stream as a push request writes it: `{job="x", host="y"}`, with Go's quoting.
final class StreamLabels {

    /// A label set that is none, with what is wrong with it.
    static final class InvalidException extends Exception {
        InvalidException(String message) {
            super(message);
        }

        /// The message of a failure that always has one.
        @Override
        public String getMessage() {
            return String.valueOf(super.getMessage());
        }
    }

    private final String text;
    private int at;

    private StreamLabels(String text) {
        this.text = text;
    }

    static Labels parse(String text, IngestLimits limits) throws InvalidException {
        StreamLabels reader = new StreamLabels(text.strip());
        Labels.Builder labels = new Labels.Builder();
        reader.expect('{');
        int count = 0;
        while (!reader.isAt('}')) {
            if (count++ > 0) {
                reader.expect(',');
                if (reader.isAt('}')) {
                    break;
                }
            }
            String name = reader.name();
            reader.expect('=');
            add(labels, name, reader.quoted());
        }
        reader.expect('}');
        if (reader.at < reader.text.length()) {
            throw reader.unexpected("nothing more");
        }
        return checked(labels, limits);
    }

    static void add(Labels.Builder labels, String name, String value) throws InvalidException {
        if (!LabelNames.isLegacyLabelName(name)) {
            throw new InvalidException("\"" + name + "\" is no label name: letters, digits and _ only");
        }
        if (!labels.get(name).isEmpty()) {
            throw new InvalidException("the label " + name + " is there twice");
        }
        labels.set(name, value);
    }

    static Labels checked(Labels.Builder builder, IngestLimits limits) throws InvalidException {
        Labels labels = builder.build();
        if (labels.isEmpty()) {
            throw new InvalidException("a stream needs at least one label");
        }
        if (labels.size() > limits.maxLabels()) {
            throw new InvalidException(
                    "a stream has " + labels.size() + " labels, the limit ingest.maxLabels is " + limits.maxLabels());
        }
        for (int i = 0; i < labels.size(); i++) {
            if (labels.name(i).length() > limits.maxLabelNameBytes()) {
                throw new InvalidException("a label name has " + labels.name(i).length()
                        + " bytes, the limit ingest.maxLabelNameBytes is " + limits.maxLabelNameBytes());
            }
            if (labels.value(i).length() > limits.maxLabelValueBytes()) {
                throw new InvalidException("the label " + labels.name(i) + " has "
                        + labels.value(i).length() + " characters, the limit ingest.maxLabelValueBytes is "
                        + limits.maxLabelValueBytes());
            }
        }
        return labels;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean isAt(char c) {
        skipSpace();
        return at < text.length() && text.charAt(at) == c;
    }

    private void expect(char c) throws InvalidException {
        if (!isAt(c)) {
            throw unexpected("'" + c + "'");
        }
        at++;
        skipSpace();
    }

    private InvalidException unexpected(String wanted) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new InvalidException("expected " + wanted + " at character " + (at + 1) + ", found " + found);
    }

    private String name() throws InvalidException {
        skipSpace();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
            at++;
        }
        if (start == at) {
            throw unexpected("a label name");
        }
        return text.substring(start, at);
    }

    private String quoted() throws InvalidException {
        char quote = at < text.length() ? text.charAt(at) : ' ';
        if (quote != '"' && quote != '`') {
            throw unexpected("a quoted value");
        }
        int start = ++at;
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            if (c == '\\' && quote == '"') {
                escape(value);
            } else {
                value.append(c);
            }
        }
        if (at == text.length()) {
            throw new InvalidException("the value that begins at character " + start + " has no end");
        }
        at++;
        return value.toString();
    }

    private void escape(StringBuilder value) throws InvalidException {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        switch (c) {
            case 'a' -> value.append('\u0007');
            case 'b' -> value.append('\b');
            case 'f' -> value.append('\f');
            case 'n' -> value.append('\n');
            case 'r' -> value.append('\r');
            case 't' -> value.append('\t');
            case 'v' -> value.append('\u000b');
            case '\\', '"' -> value.append(c);
            case 'x' -> value.append((char) number(2, 16));
            case 'u' -> value.append((char) number(4, 16));
            case 'U' -> codePoint(value, number(8, 16));
            default -> {
                if (c < '0' || c > '7') {
                    throw new InvalidException("unknown escape \\" + c + " at character " + at);
                }
                at--;
                value.append((char) number(3, 8));
            }
        }
    }

    private void codePoint(StringBuilder value, int codePoint) throws InvalidException {
        if (!Character.isValidCodePoint(codePoint)) {
            throw new InvalidException("an escape at character " + at + " names no character");
        }
        value.appendCodePoint(codePoint);
    }

    private int number(int digits, int radix) throws InvalidException {
        @Nullable String part = at + digits <= text.length() ? text.substring(at, at + digits) : null;
        try {
            if (part != null && Character.digit(part.charAt(0), radix) >= 0) {
                at += digits;
                return Integer.parseUnsignedInt(part, radix);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new InvalidException("an escape at character " + (at + 1) + " needs " + digits + " digits");
    }
}
