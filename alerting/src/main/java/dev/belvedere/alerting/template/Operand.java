package dev.belvedere.alerting.template;

import java.util.List;
import java.util.stream.Collectors;

/// What has a value. `toString` is the canonical text, as messages show it.
sealed interface Operand {

    /// Of its first character in the template's text; as in Go, where fields follow that of the first which does.
    int position();

    /// `$a, $b := command | command`
    ///
    /// @param isAssignment `=` instead of `:=`
    /// @param variables declared or assigned; with `$`
    record Pipe(int position, boolean isAssignment, List<String> variables, List<Command> commands) implements Operand {
        @Override
        public String toString() {
            String declared = variables.isEmpty() ? "" : String.join(", ", variables) + (isAssignment ? " = " : " := ");
            return declared + commands.stream().map(Command::toString).collect(Collectors.joining(" | "));
        }
    }

    /// A function or method with its arguments, or a value alone.
    record Command(int position, List<Operand> operands) implements Operand {
        @Override
        public String toString() {
            return operands.stream()
                    .map(operand -> operand instanceof Pipe ? "(" + operand + ")" : operand.toString())
                    .collect(Collectors.joining(" "));
        }
    }

    /// `.A.B`
    record Field(int position, List<String> names) implements Operand {
        @Override
        public String toString() {
            return "." + String.join(".", names);
        }
    }

    /// `$x.A.B`
    record Variable(int position, String name, List<String> fields) implements Operand {
        @Override
        public String toString() {
            return fields.isEmpty() ? name : name + "." + String.join(".", fields);
        }
    }

    /// `(pipeline).A.B`
    record Chain(int position, Operand base, List<String> fields) implements Operand {
        @Override
        public String toString() {
            return (base instanceof Pipe ? "(" + base + ")" : base) + "." + String.join(".", fields);
        }
    }

    record Function(int position, String name) implements Operand {
        @Override
        public String toString() {
            return name;
        }
    }

    record Dot(int position) implements Operand {
        @Override
        public String toString() {
            return ".";
        }
    }

    record Nil(int position) implements Operand {
        @Override
        public String toString() {
            return "nil";
        }
    }

    /// A boolean, number, character or string written out.
    ///
    /// @param text as written
    record Literal(int position, Object value, String text) implements Operand {
        @Override
        public String toString() {
            return text;
        }
    }
}
