package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Operand.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One expansion of a template: goes through the statements, keeps the variables, counts the steps.
final class Execution {

    /// What a list of statements ended with.
    private enum Flow {
        ON,
        BREAK,
        CONTINUE
    }

    private final Template template;
    private final TemplateLimits limits;
    private final StringBuilder out = new StringBuilder();
    private final PipelineEvaluator pipelines;
    private Variables variables = new Variables();
    private TemplateSource source = new TemplateSource("", "", 0);
    private String bodyName = "";
    private long steps;
    private int depth;

    Execution(Template template, FunctionSet functions, TemplateLimits limits) {
        this.template = template;
        this.limits = limits;
        this.pipelines = new PipelineEvaluator(this, functions);
    }

    String run(String name, Object data, Map<String, Object> predeclared) {
        predeclared.forEach((variable, value) -> variables.declare("$" + variable, value));
        call(name, data, 0, variables);
        return out.toString();
    }

    Variables variables() {
        return variables;
    }

    /// Renders another template of the set, for functions.
    String render(String name, Object data) {
        int start = out.length();
        call(name, data, 0, new Variables());
        String text = out.substring(start);
        out.setLength(start);
        return text;
    }

    private void call(String name, Object data, int position, Variables scope) {
        Template.Body body = template.body(name)
                .orElseThrow(() -> error(position, "", "template " + GoFormat.quote(name) + " not defined"));
        if (++depth > limits.maxDepth()) {
            throw error(position, "", "exceeded maximum template depth (" + limits.maxDepth() + ")");
        }
        TemplateSource outerSource = source;
        String outerName = bodyName;
        Variables outerVariables = variables;
        source = body.source();
        bodyName = name;
        variables = scope;
        variables.declare("$", data);
        statements(body.statements(), data);
        variables = outerVariables;
        bodyName = outerName;
        source = outerSource;
        depth--;
    }

    TemplateException error(int position, Object context, String problem) {
        String at = context.toString().isEmpty() ? "" : " at <" + context + ">";
        return new TemplateException(
                "template: " + source.name() + ":" + source.place(position) + ": executing "
                        + GoFormat.quote(bodyName.isEmpty() ? source.name() : bodyName) + at + ": " + problem,
                position);
    }

    void step(int position) {
        if (++steps > limits.maxSteps()) {
            throw error(position, "", "takes more than " + limits.maxSteps() + " steps: shorten the template");
        }
    }

    private Flow statements(List<Statement> list, Object dot) {
        for (Statement statement : list) {
            Flow flow = statement(statement, dot);
            if (flow != Flow.ON) {
                return flow;
            }
        }
        return Flow.ON;
    }

    private Flow statement(Statement statement, Object dot) {
        step(statement.position());
        switch (statement) {
            case Statement.Text text -> write(text.text(), text.position());
            case Statement.Action action -> {
                Object value = pipelines.evaluate(action.pipe(), dot);
                if (action.pipe().variables().isEmpty()) {
                    write(value == NoValue.NO_VALUE ? "<no value>" : GoValues.print(value), action.position());
                }
            }
            case Statement.Branch branch -> {
                return branch(branch, dot);
            }
            case Statement.Invocation invocation -> {
                Object data = invocation.argument().isPresent()
                        ? pipelines.evaluate(invocation.argument().get(), dot)
                        : NoValue.NO_VALUE;
                call(invocation.name(), data, invocation.position(), new Variables());
            }
            case Statement.Break b -> {
                return Flow.BREAK;
            }
            case Statement.Continue c -> {
                return Flow.CONTINUE;
            }
        }
        return Flow.ON;
    }

    private void write(String text, int position) {
        if (out.length() + text.length() > limits.maxOutputChars()) {
            throw error(
                    position, "", "writes more than " + limits.maxOutputChars() + " characters: shorten the template");
        }
        out.append(text);
    }

    private Flow branch(Statement.Branch branch, Object dot) {
        int scope = variables.mark();
        Flow flow = switch (branch.kind()) {
            case IF -> {
                Object value = pipelines.evaluate(branch.pipe(), dot);
                yield statements(GoValues.isTrue(value) ? branch.body() : branch.otherwise(), dot);
            }
            case WITH -> {
                Object value = pipelines.evaluate(branch.pipe(), dot);
                yield GoValues.isTrue(value) ? statements(branch.body(), value) : statements(branch.otherwise(), dot);
            }
            case RANGE -> range(branch, dot);
        };
        variables.release(scope);
        return flow;
    }

    private Flow range(Statement.Branch branch, Object dot) {
        int outer = variables.mark();
        Object over = pipelines.evaluate(branch.pipe(), dot);
        int scope = variables.mark();
        int count = 0;
        Flow flow = Flow.ON;
        for (Map.Entry<Object, Object> element : elements(over, branch)) {
            count++;
            flow = element(branch, element);
            variables.release(scope);
            if (flow == Flow.BREAK) {
                break;
            }
        }
        if (count == 0) {
            variables.release(outer);
            return statements(branch.otherwise(), dot);
        }
        return Flow.ON;
    }

    private Flow element(Statement.Branch branch, Map.Entry<Object, Object> element) {
        step(branch.position());
        Pipe pipe = branch.pipe();
        List<String> names = pipe.variables();
        if (!names.isEmpty()) {
            variables.set(names.getLast(), element.getValue());
        }
        if (names.size() > 1) {
            variables.set(names.getFirst(), element.getKey());
        }
        return statements(branch.body(), element.getValue());
    }

    private Iterable<Map.Entry<Object, Object>> elements(Object over, Statement.Branch branch) {
        List<Map.Entry<Object, Object>> elements = new ArrayList<>();
        switch (over) {
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    elements.add(Map.entry((long) i, GoValues.nonNull(list.get(i))));
                }
            }
            case Map<?, ?> map -> {
                Map<String, Object> sorted = new TreeMap<>();
                map.forEach((key, value) -> sorted.put(String.valueOf(key), GoValues.nonNull(value)));
                sorted.forEach((key, value) -> elements.add(Map.entry(key, value)));
            }
            case TextMap map -> map.entries().forEach((key, value) -> elements.add(Map.entry(key, value)));
            case Long count -> {
                for (long i = 0; i < count; i++) {
                    step(branch.position());
                    elements.add(Map.entry(i, i));
                }
            }
            default -> {
                if (over != NoValue.NO_VALUE) {
                    throw error(
                            branch.pipe().position(),
                            branch.pipe(),
                            "range can't iterate over " + GoValues.print(over));
                }
            }
        }
        return elements;
    }
}
