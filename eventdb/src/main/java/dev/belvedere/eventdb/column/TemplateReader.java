package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesReader;
import dev.belvedere.eventdb.codec.MalformedBytesException;
import java.util.Arrays;

/// A block of lines kept as templates, opened but not joined: columns of variables are decoded when a line needs
/// them. Used by one thread.
final class TemplateReader {

    private static final int MAX_LINES_BYTES = 64 << 20;

    private final BytesColumn parts;
    private final int[] firstPart;
    private final long[] rowTemplates;
    private final int[] rows;
    private final BytesReader[][] encoded;
    private final BytesColumn[][] columns;
    private final BytesColumnBuilder single = new BytesColumnBuilder();
    private int[] ranks = new int[0];

    TemplateReader(BytesReader from, int count) {
        int templateCount = from.getIndex(count + 1);
        long[] variableCounts = LongColumn.decodeNested(from, templateCount);
        firstPart = new int[templateCount + 1];
        encoded = new BytesReader[templateCount][];
        columns = new BytesColumn[templateCount][];
        for (int template = 0; template < templateCount; template++) {
            long variables = variableCounts[template];
            if (variables < 0 || variables > from.remaining()) {
                throw new MalformedBytesException("template with " + variables + " variables");
            }
            encoded[template] = new BytesReader[(int) variables];
            columns[template] = new BytesColumn[(int) variables];
            firstPart[template + 1] = Math.addExact(firstPart[template], (int) variables + 1);
        }
        if (firstPart[templateCount] > from.remaining() + templateCount) {
            throw new MalformedBytesException(firstPart[templateCount] + " fixed parts");
        }
        parts = BytesColumns.decodeNested(from, firstPart[templateCount]);
        rowTemplates = LongColumn.decodeNested(from, count);
        rows = new int[templateCount];
        for (long template : rowTemplates) {
            if (template < 0 || template >= templateCount) {
                throw new MalformedBytesException("template " + template + " of " + templateCount);
            }
            rows[(int) template]++;
        }
        for (BytesReader[] variables : encoded) {
            for (int variable = 0; variable < variables.length; variable++) {
                variables[variable] = from.slice(from.getCount(1));
            }
        }
    }

    /// One line; decodes only the columns of its template.
    String line(int row) {
        int template = (int) rowTemplates[row];
        int rank = ranks()[row];
        single.clear();
        append(single, template, rank);
        return single.openText();
    }

    /// How many rows before have the same template.
    private int[] ranks() {
        if (ranks.length == 0) {
            ranks = new int[rowTemplates.length];
            int[] next = new int[encoded.length];
            for (int row = 0; row < ranks.length; row++) {
                ranks[row] = next[(int) rowTemplates[row]]++;
            }
        }
        return ranks;
    }

    BytesColumn lines() {
        boolean[] isWanted = new boolean[encoded.length];
        Arrays.fill(isWanted, true);
        return join(isWanted);
    }

    /// All lines that hold every one of the texts, and perhaps others; lines that are left out are empty.
    BytesColumn linesThatMayContain(byte[][] texts) {
        boolean[] isWanted = new boolean[encoded.length];
        for (int template = 0; template < isWanted.length; template++) {
            isWanted[template] = true;
            for (byte[] text : texts) {
                isWanted[template] &= mayContain(template, text);
            }
        }
        return join(isWanted);
    }

    /// Whether a line of the template may hold the text: within a fixed part, across the border of one, or within a
    /// variable.
    private boolean mayContain(int template, byte[] text) {
        for (int part = firstPart[template]; part < firstPart[template + 1]; part++) {
            boolean isFirst = part == firstPart[template];
            boolean isLast = part + 1 == firstPart[template + 1];
            if (Substrings.contains(parts.bytes(), parts.starts()[part], parts.ends()[part], text)
                    || !isLast && canBegin(template, part, text)
                    || !isFirst && canEnd(template, part, text)
                    || !isFirst && !isLast && isWithin(template, part, text)) {
                return true;
            }
        }
        for (int variable = 0; variable < encoded[template].length; variable++) {
            if (BytesColumns.canHold(encoded[template][variable], text)
                    && column(template, variable).mayContain(text)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the text may begin in the part and go on in the variable after it.
    private boolean canBegin(int template, int part, byte[] text) {
        int end = parts.ends()[part];
        int most = Math.min(text.length - 1, parts.length(part));
        for (int length = 1; length <= most; length++) {
            if (parts.bytes()[end - length] == text[0]
                    && Arrays.equals(parts.bytes(), end - length, end, text, 0, length)
                    && hasValueFrom(template, part - firstPart[template], text[length])) {
                return true;
            }
        }
        return false;
    }

    /// Whether the text may end in the part, having begun in the variable before it.
    private boolean canEnd(int template, int part, byte[] text) {
        int start = parts.starts()[part];
        int most = Math.min(text.length - 1, parts.length(part));
        for (int length = 1; length <= most; length++) {
            if (parts.bytes()[start + length - 1] == text[text.length - 1]
                    && Arrays.equals(parts.bytes(), start, start + length, text, text.length - length, text.length)
                    && hasValueTo(template, part - firstPart[template] - 1, text[text.length - length - 1])) {
                return true;
            }
        }
        return false;
    }

    /// Whether the text may begin in the variable before the part and end in the one after it.
    private boolean isWithin(int template, int part, byte[] text) {
        int length = parts.length(part);
        int start = parts.starts()[part];
        int variable = part - firstPart[template] - 1;
        for (int at = 1; at + length < text.length; at++) {
            if ((length == 0 || text[at] == parts.bytes()[start])
                    && Arrays.equals(text, at, at + length, parts.bytes(), start, start + length)
                    && hasValueTo(template, variable, text[at - 1])
                    && hasValueFrom(template, variable + 1, text[at + length])) {
                return true;
            }
        }
        return false;
    }

    /// Whether a value of the variable begins with the byte; an empty one may stand before any.
    private boolean hasValueFrom(int template, int variable, byte wanted) {
        if (!BytesColumns.canHold(encoded[template][variable], new byte[] {wanted})) {
            return false;
        }
        BytesColumn column = column(template, variable);
        for (int row = 0; row < column.size(); row++) {
            if (column.length(row) == 0 || column.bytes()[column.starts()[row]] == wanted) {
                return true;
            }
        }
        return false;
    }

    /// Whether a value of the variable ends with the byte; an empty one may stand after any.
    private boolean hasValueTo(int template, int variable, byte wanted) {
        if (!BytesColumns.canHold(encoded[template][variable], new byte[] {wanted})) {
            return false;
        }
        BytesColumn column = column(template, variable);
        for (int row = 0; row < column.size(); row++) {
            if (column.length(row) == 0 || column.bytes()[column.ends()[row] - 1] == wanted) {
                return true;
            }
        }
        return false;
    }

    private BytesColumn column(int template, int variable) {
        BytesColumn column = columns[template][variable];
        if (column == null) {
            column = BytesColumns.decode(encoded[template][variable], rows[template]);
            columns[template][variable] = column;
        }
        return column;
    }

    private BytesColumn join(boolean[] isWanted) {
        BytesColumnBuilder lines = new BytesColumnBuilder();
        int[] next = new int[encoded.length];
        for (long number : rowTemplates) {
            int template = (int) number;
            int row = next[template]++;
            if (isWanted[template]) {
                append(lines, template, row);
            }
            lines.endValue();
            if (lines.sizeBytes() > MAX_LINES_BYTES) {
                throw new MalformedBytesException("templates give more than " + MAX_LINES_BYTES + " bytes");
            }
        }
        return lines.build();
    }

    private void append(BytesColumnBuilder lines, int template, int row) {
        int part = firstPart[template];
        lines.append(parts, part);
        for (int variable = 0; variable < encoded[template].length; variable++) {
            lines.append(column(template, variable), row);
            lines.append(parts, ++part);
        }
    }
}
