package dev.belvedere.alerting.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A parsed template and those it can call. Immutable; one is expanded by many threads at once.
public final class Template {

    /// One body, and the text it stands in.
    record Body(TemplateSource source, List<Statement> statements) {}

    private final String name;
    private final FunctionSet functions;
    private final Map<String, Body> bodies;

    private Template(String name, FunctionSet functions, Map<String, Body> bodies) {
        this.name = name;
        this.functions = functions;
        this.bodies = bodies;
    }

    /// @param name shown in messages
    /// @throws TemplateException if the text is no template; the message names line and fault as Go does
    public static Template parse(String name, String text, FunctionSet functions) {
        return parse(name, text, functions, Map.of());
    }

    /// @param variables names that the text may use without declaring them, without `$`, each with the field that it
    ///     stands for; places in the text are told as if it began with their declarations
    public static Template parse(String name, String text, FunctionSet functions, Map<String, String> variables) {
        return new Template(name, functions, Map.of()).with(name, text, variables);
    }

    /// This template and what another text defines; later definitions of a name replace earlier ones.
    public Template with(String otherName, String text) {
        return with(otherName, text, Map.of());
    }

    private Template with(String otherName, String text, Map<String, String> variables) {
        int before = 0;
        List<String> dollars = new ArrayList<>();
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            dollars.add("$" + variable.getKey());
            before += ("{{$" + variable.getKey() + " := ." + variable.getValue() + "}}").length();
        }
        TemplateSource source = new TemplateSource(otherName, text, before);
        Map<String, Body> all = new LinkedHashMap<>(bodies);
        new TemplateParser(source, functions, dollars)
                .run()
                .forEach((bodyName, statements) -> all.put(bodyName, new Body(source, statements)));
        return new Template(name, functions, all);
    }

    Optional<Body> body(String bodyName) {
        return Optional.ofNullable(bodies.get(bodyName));
    }

    /// @param data what `.` is at the start
    /// @throws TemplateException if it cannot be evaluated or goes beyond a limit
    public String expand(Object data, TemplateLimits limits) {
        return expand(data, Map.of(), functions, limits);
    }

    /// @param variables values of the predeclared variables, without `$`
    /// @param actual what the functions do this time; it has all those that the template was parsed with
    public String expand(Object data, Map<String, Object> variables, FunctionSet actual, TemplateLimits limits) {
        return new Execution(this, actual, limits).run(name, data, variables);
    }

    /// Expands another template of the set.
    public String expandNamed(String bodyName, Object data, TemplateLimits limits) {
        return new Execution(this, functions, limits).run(bodyName, data, Map.of());
    }
}
