package dev.belvedere.alerting.template;

import java.util.ArrayList;
import java.util.List;

/// The variables of a template in execution: a stack, the innermost of a name counts.
final class Variables {

    private final List<String> names = new ArrayList<>();
    private final List<Object> values = new ArrayList<>();

    int mark() {
        return names.size();
    }

    void release(int mark) {
        names.subList(mark, names.size()).clear();
        values.subList(mark, values.size()).clear();
    }

    void declare(String name, Object value) {
        names.add(name);
        values.add(value);
    }

    void set(String name, Object value) {
        values.set(find(name), value);
    }

    Object get(String name) {
        return values.get(find(name));
    }

    private int find(String name) {
        int at = names.lastIndexOf(name);
        if (at < 0) {
            throw new TemplateFailure("undefined variable: " + name);
        }
        return at;
    }
}
