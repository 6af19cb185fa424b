package dev.belvedere.server.command;

import java.util.ArrayList;
import java.util.List;

/// Rows as text in columns that are as wide as their widest cell.
final class TextTable {

    private static final int MAX_CELL_LENGTH = 120;

    private final List<List<String>> rows = new ArrayList<>();

    TextTable(String... header) {
        rows.add(List.of(header));
    }

    void add(List<String> row) {
        rows.add(row.stream().map(TextTable::cut).toList());
    }

    private static String cut(String cell) {
        String oneLine = cell.replace('\n', ' ');
        return oneLine.length() <= MAX_CELL_LENGTH ? oneLine : oneLine.substring(0, MAX_CELL_LENGTH - 1) + "…";
    }

    @Override
    public String toString() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
