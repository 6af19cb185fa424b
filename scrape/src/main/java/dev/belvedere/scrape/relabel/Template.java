package dev.belvedere.scrape.relabel;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.List;

/// A text with references to a match's groups, in Go's form: `$1`, `${name}`, `$$` for a dollar sign. `$1x` refers
/// to the group `1x`: a reference without braces is as long as it can be. Groups that are not there are empty.
final class Template {

    /// Either a text or the name of a group.
    private record Part(boolean isGroup, String text) {}

    private final String source;
    private final List<Part> parts = new ArrayList<>();

    Template(String source) {
        this.source = source;
        StringBuilder literal = new StringBuilder();
        int at = 0;
        while (at < source.length()) {
            char c = source.charAt(at);
            if (c != '$' || at + 1 == source.length()) {
                literal.append(c);
                at++;
            } else if (source.charAt(at + 1) == '$') {
                literal.append('$');
                at += 2;
            } else {
                int end = group(at + 1, literal);
                if (end == at) {
                    literal.append(c);
                    end = at + 1;
                }
                at = end;
            }
        }
        flush(literal);
    }

    /// @return behind the reference, or where the dollar stands if there is none
    private int group(int from, StringBuilder literal) {
        boolean isBraced = source.charAt(from) == '{';
        int start = isBraced ? from + 1 : from;
        int end = start;
        while (end < source.length() && isNameCharacter(source.charAt(end))) {
            end++;
        }
        boolean isReference = end > start && (!isBraced || end < source.length() && source.charAt(end) == '}');
        if (!isReference) {
            return from - 1;
        }
        flush(literal);
        parts.add(new Part(true, source.substring(start, end)));
        return isBraced ? end + 1 : end;
    }

    private static boolean isNameCharacter(char c) {
        return Character.isLetterOrDigit(c) || c == '_';
    }

    private void flush(StringBuilder literal) {
        if (!literal.isEmpty()) {
            parts.add(new Part(false, literal.toString()));
            literal.setLength(0);
        }
    }

    boolean hasGroups() {
        return parts.stream().anyMatch(Part::isGroup);
    }

    /// The text with every reference replaced by a character that is valid in names, to check what surrounds them.
    String withoutGroups() {
        StringBuilder text = new StringBuilder();
        parts.forEach(part -> text.append(part.isGroup() ? "a" : part.text()));
        return text.toString();
    }

    String expand(Matcher match) {
        if (parts.size() == 1 && !parts.getFirst().isGroup()) {
            return parts.getFirst().text();
        }
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            text.append(part.isGroup() ? group(match, part.text()) : part.text());
        }
        return text.toString();
    }

    private static String group(Matcher match, String name) {
        String value;
        if (name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            int number = name.length() > 4 ? Integer.MAX_VALUE : Integer.parseInt(name);
            value = number <= match.groupCount() ? match.group(number) : "";
        } else {
            value = match.pattern().namedGroups().containsKey(name) ? match.group(name) : "";
        }
        return value == null ? "" : value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Template that && source.equals(that.source);
    }

    @Override
    public int hashCode() {
        return source.hashCode();
    }

    @Override
    public String toString() {
        return source;
    }
}
