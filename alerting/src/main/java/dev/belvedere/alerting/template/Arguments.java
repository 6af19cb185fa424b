package dev.belvedere.alerting.template;

import java.util.List;

/// What a function is called with, and checks on it that fail as Go's do.
///
/// @param renderer renders other templates of the same set
public record Arguments(List<Object> values, Renderer renderer) {

    /// Renders a named template of the set in execution.
    public interface Renderer {
        String render(String name, Object data);
    }

    public int size() {
        return values.size();
    }

    public Object get(int index) {
        return values.get(index);
    }

    public Arguments requireSize(String function, int size) {
        if (values.size() != size) {
            throw new TemplateFailure("wrong number of args for " + function + ": want " + size + " got " + size());
        }
        return this;
    }

    public Arguments requireAtLeast(String function, int size) {
        if (values.size() < size) {
            throw new TemplateFailure(
                    "wrong number of args for " + function + ": want at least " + size + " got " + size());
        }
        return this;
    }

    public String text(int index) {
        if (values.get(index) instanceof String text) {
            return text;
        }
        throw wrongType("string", index);
    }

    private TemplateFailure wrongType(String expected, int index) {
        Object value = values.get(index);
        return new TemplateFailure(
                value == NoValue.NO_VALUE
                        ? "invalid value; expected " + expected
                        : "wrong type for value; expected " + expected + "; got " + GoValues.typeName(value));
    }

    public QuerySample sample(int index) {
        if (values.get(index) instanceof QuerySample sample) {
            return sample;
        }
        throw wrongType("*template.sample", index);
    }

    /// The samples of a query's answer.
    public List<QuerySample> samples(int index) {
        if (values.get(index) instanceof List<?> list && list.stream().allMatch(QuerySample.class::isInstance)) {
            return list.stream().map(QuerySample.class::cast).toList();
        }
        throw wrongType("template.queryResult", index);
    }

    /// Any number, or text that is one.
    public double number(int index) {
        return GoValues.toFloat(values.get(index));
    }
}
