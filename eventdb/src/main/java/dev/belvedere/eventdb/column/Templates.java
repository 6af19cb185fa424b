package dev.belvedere.eventdb.column;

import dev.belvedere.eventdb.codec.BytesWriter;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Lines as templates and columns of variables: docs/format/events-segment.md, "Templates".
///
/// Cost: one pass over the text to find variables, one map lookup a line, and a column encoding per variable.
final class Templates {

    private static final int MIN_ROWS = 8;

    /// Templates that a block may have; lines of the others are one variable each.
    private static final int MAX_TEMPLATES = 128;

    /// A template must save its own cost.
    private static final int MIN_TEMPLATE_ROWS = 4;

    /// The fixed parts of a template: one more than there are variables.
    private static final class Template {
        final byte[][] parts;
        final IntArrayList rows = new IntArrayList();

        Template(byte[][] parts) {
            this.parts = parts;
        }

        int variables() {
            return parts.length - 1;
        }
    }

    /// The fixed text of a line with a mark at every variable, as a key.
    private record Key(byte[] bytes, int length, int hash) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && hash == that.hash
                    && Arrays.equals(bytes, 0, length, that.bytes, 0, that.length);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }

    private final BytesColumn lines;
    private final LineParser parser = new LineParser();
    private final Map<Key, Template> byKey = new HashMap<>();
    private final List<Template> templates = new ArrayList<>();

    /// Start and end of every variable of every row; `firstVariable` says where a row's begin.
    private final IntArrayList variables = new IntArrayList();

    private final int[] firstVariable;
    private byte[] keyBytes = new byte[256];

    private Templates(BytesColumn lines) {
        this.lines = lines;
        this.firstVariable = new int[lines.size()];
    }

    /// Writes the lines as templates if most of them share one with others.
    ///
    /// @return whether it did
    static boolean encode(BytesColumn lines, BytesWriter into, Compression compression) {
        if (lines.size() < MIN_ROWS) {
            return false;
        }
        Templates templates = new Templates(lines);
        if (!templates.parse()) {
            return false;
        }
        templates.write(into, compression);
        return true;
    }

    private boolean parse() {
        for (int row = 0; row < lines.size(); row++) {
            parser.parse(lines.bytes(), lines.starts()[row], lines.ends()[row]);
            firstVariable[row] = variables.size();
            template(row).rows.add(row);
            for (int i = 0; i < parser.starts().size(); i++) {
                variables.add(parser.starts().getInt(i));
                variables.add(parser.ends().getInt(i));
            }
        }
        return keepFrequent();
    }

    private Template template(int row) {
        Key probe = key(row);
        Template template = byKey.get(probe);
        if (template == null) {
            template = new Template(parts(row));
            byKey.put(new Key(Arrays.copyOf(keyBytes, probe.length()), probe.length(), probe.hash()), template);
            templates.add(template);
        }
        return template;
    }

    /// Fixed text with an escaped mark per variable: 0 stands for a variable, 0 and 1 for a zero byte of the text.
    private Key key(int row) {
        int end = lines.ends()[row];
        int size = 0;
        int hash = 7;
        int variable = 0;
        int count = parser.starts().size();
        if (keyBytes.length < 2 * lines.length(row) + 2) {
            keyBytes = new byte[4 * lines.length(row) + 2];
        }
        for (int at = lines.starts()[row]; at < end; ) {
            if (variable < count && at == parser.starts().getInt(variable)) {
                at = parser.ends().getInt(variable++);
                keyBytes[size++] = 0;
                hash = 31 * hash;
            } else {
                byte b = lines.bytes()[at++];
                keyBytes[size++] = b;
                hash = 31 * hash + b;
                if (b == 0) {
                    keyBytes[size++] = 1;
                }
            }
        }
        return new Key(keyBytes, size, hash);
    }

    private byte[][] parts(int row) {
        int count = parser.starts().size();
        byte[][] parts = new byte[count + 1][];
        int at = lines.starts()[row];
        for (int i = 0; i < count; i++) {
            parts[i] = Arrays.copyOfRange(lines.bytes(), at, parser.starts().getInt(i));
            at = parser.ends().getInt(i);
        }
        parts[count] = Arrays.copyOfRange(lines.bytes(), at, lines.ends()[row]);
        return parts;
    }

    /// Makes lines of rare templates one variable each.
    ///
    /// @return false if that are most lines
    private boolean keepFrequent() {
        templates.sort((a, b) -> Integer.compare(b.rows.size(), a.rows.size()));
        int kept = 0;
        while (kept < templates.size()
                && kept < MAX_TEMPLATES
                && templates.get(kept).rows.size() >= MIN_TEMPLATE_ROWS) {
            kept++;
        }
        List<Template> rare = templates.subList(kept, templates.size());
        if (!rare.isEmpty()) {
            Template whole = new Template(new byte[2][0]);
            for (Template template : rare) {
                whole.rows.addAll(template.rows);
            }
            whole.rows.sort(null);
            rare.clear();
            for (int i = 0; i < whole.rows.size(); i++) {
                int row = whole.rows.getInt(i);
                firstVariable[row] = variables.size();
                variables.add(lines.starts()[row]);
                variables.add(lines.ends()[row]);
            }
            templates.add(whole);
            return 2 * whole.rows.size() <= lines.size();
        }
        return true;
    }

    private void write(BytesWriter into, Compression compression) {
        long[] variableCounts = new long[templates.size()];
        BytesColumnBuilder parts = new BytesColumnBuilder();
        long[] rowTemplates = new long[lines.size()];
        for (int i = 0; i < templates.size(); i++) {
            Template template = templates.get(i);
            variableCounts[i] = template.variables();
            for (byte[] part : template.parts) {
                parts.add(part);
            }
            for (int j = 0; j < template.rows.size(); j++) {
                rowTemplates[template.rows.getInt(j)] = i;
            }
        }
        into.putByte(Encoding.TEMPLATES);
        into.putVarint(templates.size());
        LongColumn.encodeNested(variableCounts, templates.size(), into, compression);
        BytesColumns.encodeNested(parts.build(), into, compression);
        LongColumn.encodeNested(rowTemplates, lines.size(), into, compression);
        for (Template template : templates) {
            int rows = template.rows.size();
            int[] starts = new int[rows];
            int[] ends = new int[rows];
            for (int variable = 0; variable < template.variables(); variable++) {
                for (int i = 0; i < rows; i++) {
                    int at = firstVariable[template.rows.getInt(i)] + 2 * variable;
                    starts[i] = variables.getInt(at);
                    ends[i] = variables.getInt(at + 1);
                }
                BytesColumns.encodeNested(new BytesColumn(lines.bytes(), starts, ends), into, compression);
            }
        }
    }
}
