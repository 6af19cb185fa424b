package dev.belvedere.alerting.template;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The functions that a template may call, by name. Go's own are always there.
public final class FunctionSet {

    /// Go's own functions alone.
    public static final FunctionSet GO = new FunctionSet(Map.of());

    private final Map<String, TemplateFunction> functions;

    /// @param own added to Go's; one of the same name replaces it
    public FunctionSet(Map<String, TemplateFunction> own) {
        functions = new TreeMap<>(BuiltinFunctions.ALL);
        functions.putAll(own);
    }

    boolean has(String name) {
        return functions.containsKey(name) || name.equals("and") || name.equals("or");
    }

    Optional<TemplateFunction> get(String name) {
        return Optional.ofNullable(functions.get(name));
    }
}
