package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Operand.Pipe;
import java.util.List;
import java.util.Optional;

/// What a template does, piece by piece.
sealed interface Statement {

    /// Of its first character in the template's text.
    int position();

    record Text(int position, String text) implements Statement {}

    /// `{{pipeline}}`: prints its value unless it declares variables.
    record Action(int position, Pipe pipe) implements Statement {}

    enum Branching {
        IF,
        WITH,
        RANGE
    }

    record Branch(Branching kind, int position, Pipe pipe, List<Statement> body, List<Statement> otherwise)
            implements Statement {}

    /// `{{template "name" pipeline}}`
    record Invocation(int position, String name, Optional<Pipe> argument) implements Statement {}

    record Break(int position) implements Statement {}

    record Continue(int position) implements Statement {}
}
