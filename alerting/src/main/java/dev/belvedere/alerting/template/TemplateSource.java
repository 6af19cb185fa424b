package dev.belvedere.alerting.template;

/// A template's name and text, and how places in it are told.
record TemplateSource(String name, String text) {

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

    /// `line:column`, the column counted from 0 as Go does it.
    String place(int position) {
        int lineStart = text.lastIndexOf('\n', position - 1) + 1;
        return line(position) + ":" + (position - lineStart);
    }
}
