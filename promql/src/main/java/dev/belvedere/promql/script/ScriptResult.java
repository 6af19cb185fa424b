package dev.belvedere.promql.script;

import java.util.List;

/// What became of the evaluations of one script.
///
/// @param passed how many came out as the script says
public record ScriptResult(String name, int passed, List<Failure> failures) {

    public ScriptResult {
        failures = List.copyOf(failures);
    }

    /// @param line of the command that failed, from 1
    public record Failure(int line, String message) {}

    public int failed() {
        return failures.size();
    }

    public boolean isPassed() {
        return failures.isEmpty();
    }

    /// One line for each failure, `file:line: message`.
    public List<String> messages() {
        return failures.stream()
                .map(f -> name + ":" + f.line + ": " + f.message)
                .toList();
    }
}
