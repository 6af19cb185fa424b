package dev.belvedere.alerting.template;

import java.nio.charset.StandardCharsets;

/// A template's name and text, and how places in it are told.
///
/// @param before how many bytes stand before the text, as part of its first line
record TemplateSource(String name, String text, int before) {

    /// A fault of the template as written.
    TemplateException error(int position, String problem) {
        return new TemplateException("template: " + name + ":" + line(position) + ": " + problem, position);
    }

    int line(int position) {
        int line = 1;
        for (int i = 0; i < Math.min(position, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
            }
        }
        return line;
    }

    /// `line:column`, the column in bytes and counted from 0 as Go does it.
    String place(int position) {
        int lineStart = text.lastIndexOf('\n', position - 1) + 1;
        int column = text.substring(lineStart, position).getBytes(StandardCharsets.UTF_8).length;
        return line(position) + ":" + (lineStart == 0 ? before + column : column);
    }
}
