package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Operand.Command;
import dev.belvedere.alerting.template.Operand.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Evaluates pipelines: each command gets the value of the one before as its last argument.
final class PipelineEvaluator {

    private final Execution execution;
    private final FunctionSet functions;

    PipelineEvaluator(Execution execution, FunctionSet functions) {
        this.execution = execution;
        this.functions = functions;
    }

    Object evaluate(Pipe pipe, Object dot) {
        Optional<Object> value = Optional.empty();
        for (Command command : pipe.commands()) {
            execution.step(command.position());
            value = Optional.of(command(command, dot, value));
        }
        Object result = value.orElse(NoValue.NO_VALUE);
        for (String variable : pipe.variables()) {
            if (pipe.isAssignment()) {
                execution.variables().set(variable, result);
            } else {
                execution.variables().declare(variable, result);
            }
        }
        return result;
    }

    private Object command(Command command, Object dot, Optional<Object> last) {
        Operand first = command.operands().getFirst();
        return switch (first) {
            case Operand.Function function -> function(function, command, dot, last);
            case Operand.Field field -> fields(field, dot, field.names(), arguments(command, dot, last));
            case Operand.Variable variable -> {
                Object value = execution.variables().get(variable.name());
                if (variable.fields().isEmpty()) {
                    requireNoArguments(command, last);
                    yield value;
                }
                yield fields(variable, value, variable.fields(), arguments(command, dot, last));
            }
            case Operand.Chain chain -> {
                Object base = operand(chain.base(), dot);
                yield fields(chain, base, chain.fields(), arguments(command, dot, last));
            }
            case Pipe pipe -> {
                requireNoArguments(command, last);
                yield evaluate(pipe, dot);
            }
            case Operand.Dot d -> {
                requireNoArguments(command, last);
                yield dot;
            }
            case Operand.Literal literal -> {
                requireNoArguments(command, last);
                yield literal.value();
            }
            case Operand.Nil nil -> throw execution.error(nil.position(), nil, "nil is not a command");
            case Command inner -> command(inner, dot, last);
        };
    }

    private void requireNoArguments(Command command, Optional<Object> last) {
        if (command.operands().size() > 1 || last.isPresent()) {
            Operand first = command.operands().getFirst();
            throw execution.error(first.position(), first, "can't give argument to non-function " + first);
        }
    }

    private List<Object> arguments(Command command, Object dot, Optional<Object> last) {
        List<Object> values = new ArrayList<>();
        for (Operand operand : command.operands().subList(1, command.operands().size())) {
            values.add(operand(operand, dot));
        }
        last.ifPresent(values::add);
        return values;
    }

    private Object operand(Operand operand, Object dot) {
        return switch (operand) {
            case Pipe pipe -> evaluate(pipe, dot);
            case Operand.Nil nil -> NoValue.NO_VALUE;
            case Operand.Field field -> fields(field, dot, field.names(), List.of());
            case Operand.Variable variable ->
                fields(variable, execution.variables().get(variable.name()), variable.fields(), List.of());
            case Operand.Chain chain -> fields(chain, operand(chain.base(), dot), chain.fields(), List.of());
            case Operand.Function function ->
                function(function, new Command(function.position(), List.of(function)), dot, Optional.empty());
            case Operand.Dot d -> dot;
            case Operand.Literal literal -> literal.value();
            case Command command -> command(command, dot, Optional.empty());
        };
    }

    private Object function(Operand.Function function, Command command, Object dot, Optional<Object> last) {
        String name = function.name();
        if (name.equals("and") || name.equals("or")) {
            return shortCircuit(name.equals("or"), command, dot, last);
        }
        TemplateFunction body = functions
                .get(name)
                .orElseThrow(() -> execution.error(
                        function.position(), function, GoFormat.quote(name) + " is not a defined function"));
        Arguments arguments = new Arguments(arguments(command, dot, last), execution::render);
        try {
            return body.apply(arguments);
        } catch (TemplateFailure e) {
            boolean isShapeWrong =
                    e.getMessage().startsWith("wrong ") || e.getMessage().startsWith("invalid value;");
            throw execution.error(
                    command.position(), command, (isShapeWrong ? "" : "error calling " + name + ": ") + e.getMessage());
        }
    }

    /// `and` and `or` evaluate from left to right until one decides.
    private Object shortCircuit(boolean decides, Command command, Object dot, Optional<Object> last) {
        List<Operand> operands = command.operands();
        if (operands.size() == 1 && last.isEmpty()) {
            String name = decides ? "or" : "and";
            throw execution.error(
                    command.position(), command, "wrong number of args for " + name + ": want at least 1 got 0");
        }
        Object value = NoValue.NO_VALUE;
        for (Operand operand : operands.subList(1, operands.size())) {
            value = operand(operand, dot);
            if (GoValues.isTrue(value) == decides) {
                return value;
            }
        }
        return last.orElse(value);
    }

    /// Goes down fields and methods; the arguments belong to the last of them.
    private Object fields(Operand operand, Object start, List<String> names, List<Object> arguments) {
        Object value = start;
        for (int i = 0; i < names.size(); i++) {
            boolean isLast = i == names.size() - 1;
            if (i > 0 && value == NoValue.NO_VALUE) {
                throw execution.error(
                        operand.position(), operand, "nil pointer evaluating interface {}." + names.get(i));
            }
            value = member(operand, value, names.get(i), isLast ? arguments : List.of());
        }
        return value;
    }

    private Object member(Operand operand, Object value, String name, List<Object> arguments) {
        execution.step(operand.position());
        if (!arguments.isEmpty() && !(value instanceof TemplateObject)) {
            throw execution.error(operand.position(), operand, name + " is not a method but has arguments");
        }
        return switch (value) {
            case TextMap map -> map.get(name);
            case Map<?, ?> map -> GoValues.nonNull(map.get(name));
            case TemplateObject object -> memberOf(operand, object, name, arguments);
            default -> {
                if (value == NoValue.NO_VALUE) {
                    yield NoValue.NO_VALUE;
                }
                throw noMember(operand, value, name);
            }
        };
    }

    private Object memberOf(Operand operand, TemplateObject object, String name, List<Object> arguments) {
        try {
            return object.member(name, arguments).orElseThrow(() -> noMember(operand, object, name));
        } catch (TemplateFailure e) {
            throw execution.error(operand.position(), operand, "error calling " + name + ": " + e.getMessage());
        }
    }

    private TemplateException noMember(Operand operand, Object value, String name) {
        return execution.error(
                operand.position(), operand, "can't evaluate field " + name + " in type " + GoValues.typeName(value));
    }
}
