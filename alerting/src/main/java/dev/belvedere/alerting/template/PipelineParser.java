package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Operand.Command;
import dev.belvedere.alerting.template.Operand.Pipe;
import dev.belvedere.alerting.template.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Parses pipelines: declarations, commands joined by `|`, and their operands. Knows which variables are in scope.
final class PipelineParser {

    private static final int MAX_NESTING = 100;

    private final TemplateSource source;
    private final TokenCursor tokens;
    private final FunctionSet functions;
    private List<String> variables;
    private int nesting;

    PipelineParser(TemplateSource source, TokenCursor tokens, FunctionSet functions, List<String> variables) {
        this.source = source;
        this.tokens = tokens;
        this.functions = functions;
        this.variables = new ArrayList<>(List.of("$"));
        this.variables.addAll(variables);
    }

    int variableCount() {
        return variables.size();
    }

    void forgetVariables(int count) {
        variables.subList(count, variables.size()).clear();
    }

    /// Enters another scope; answers the one left.
    List<String> replaceVariables(List<String> scope) {
        List<String> old = variables;
        variables = new ArrayList<>(scope);
        return old;
    }

    /// @param context for messages
    /// @param end the token behind the pipeline, which is consumed
    /// @param isRange two variables may be declared
    Pipe parse(String context, Kind end, boolean isRange) {
        if (++nesting > MAX_NESTING) {
            throw source.error(tokens.peek().position(), "parentheses nested deeper than " + MAX_NESTING);
        }
        tokens.skipSpace();
        int position = tokens.peek().position();
        List<String> declared = new ArrayList<>();
        boolean isAssignment = declarations(context, isRange, declared);
        List<Command> commands = new ArrayList<>();
        while (true) {
            Token token = tokens.peekPastSpace();
            if (token.is(end)) {
                tokens.nextPastSpace();
                checkPipeline(commands, context, token);
                nesting--;
                return new Pipe(position, isAssignment, List.copyOf(declared), List.copyOf(commands));
            }
            switch (token.kind()) {
                case BOOLEAN,
                        CHARACTER,
                        DOT,
                        FIELD,
                        IDENTIFIER,
                        NUMBER,
                        NIL,
                        RAW_STRING,
                        STRING,
                        VARIABLE,
                        LEFT_PARENTHESIS -> commands.add(command(token));
                default -> throw tokens.unexpected(token, context);
            }
        }
    }

    /// Reads `$x :=`, `$x, $y :=` or `$x =` if that is what comes.
    ///
    /// @return whether it is an assignment
    private boolean declarations(String context, boolean isRange, List<String> declared) {
        Optional<Kind> sign = declarationSign();
        if (sign.isEmpty()) {
            return false;
        }
        boolean isAssignment = sign.get() == Kind.ASSIGN;
        while (true) {
            Token variable = tokens.nextPastSpace();
            if (!variable.is(Kind.VARIABLE) || declared.size() == (isRange ? 2 : 1)) {
                throw declared.isEmpty()
                        ? tokens.unexpected(variable, context)
                        : source.error(variable.position(), "too many declarations in " + context);
            }
            if (isAssignment) {
                requireDeclared(variable);
            }
            declared.add(variable.text());
            if (!tokens.nextPastSpace().is(Kind.COMMA)) {
                break;
            }
        }
        if (!isAssignment) {
            variables.addAll(declared);
        }
        return isAssignment;
    }

    /// Looks ahead for a declaration without consuming anything.
    private Optional<Kind> declarationSign() {
        return tokens.peek().is(Kind.VARIABLE) ? tokens.signBehindVariables() : Optional.empty();
    }

    private void requireDeclared(Token variable) {
        if (!variables.contains(variable.text())) {
            throw source.error(variable.position(), "undefined variable " + GoFormat.quote(variable.text()));
        }
    }

    private void checkPipeline(List<Command> commands, String context, Token end) {
        if (commands.isEmpty()) {
            throw source.error(end.position(), "missing value for " + context);
        }
        for (int i = 1; i < commands.size(); i++) {
            switch (commands.get(i).operands().getFirst()) {
                case Operand.Literal literal -> throw notExecutable(literal, i);
                case Operand.Dot dot -> throw notExecutable(dot, i);
                case Operand.Nil nil -> throw notExecutable(nil, i);
                case Pipe pipe -> {}
                case Command command -> {}
                case Operand.Field field -> {}
                case Operand.Variable variable -> {}
                case Operand.Chain chain -> {}
                case Operand.Function function -> {}
            }
        }
    }

    private TemplateException notExecutable(Operand operand, int stage) {
        return source.error(operand.position(), "non executable command in pipeline stage " + (stage + 1));
    }

    /// Operands up to `|`, `}}` or `)`; the `|` is consumed.
    private Command command(Token first) {
        List<Operand> operands = new ArrayList<>();
        while (true) {
            tokens.skipSpace();
            Optional<Operand> operand = operand();
            operand.ifPresent(operands::add);
            Token token = tokens.peek();
            switch (token.kind()) {
                case SPACE -> {
                    if (operand.isEmpty()) {
                        throw tokens.unexpected(token, "operand");
                    }
                }
                case RIGHT_DELIMITER, RIGHT_PARENTHESIS -> {
                    return new Command(first.position(), List.copyOf(operands));
                }
                case PIPE -> {
                    tokens.next();
                    if (tokens.peekPastSpace().is(Kind.RIGHT_DELIMITER)) {
                        throw source.error(token.position(), "missing value for command");
                    }
                    return new Command(first.position(), List.copyOf(operands));
                }
                default -> throw tokens.unexpected(token, "operand");
            }
        }
    }

    /// A term and the fields behind it; empty where none begins.
    private Optional<Operand> operand() {
        Optional<Operand> term = term();
        if (term.isEmpty() || !tokens.peek().is(Kind.FIELD)) {
            return term;
        }
        List<String> fields = new ArrayList<>();
        Token chained = tokens.peek();
        while (tokens.peek().is(Kind.FIELD)) {
            fields.add(tokens.next().text().substring(1));
        }
        Operand base = term.get();
        return Optional.of(
                switch (base) {
                    case Operand.Field field -> new Operand.Field(chained.position(), joined(field.names(), fields));
                    case Operand.Variable variable ->
                        new Operand.Variable(chained.position(), variable.name(), joined(variable.fields(), fields));
                    case Operand.Literal literal -> throw chainOn(literal, chained);
                    case Operand.Nil nil -> throw chainOn(nil, chained);
                    case Operand.Dot dot -> throw chainOn(dot, chained);
                    case Pipe pipe -> new Operand.Chain(chained.position(), base, fields);
                    case Operand.Function function -> new Operand.Chain(chained.position(), base, fields);
                    case Operand.Chain chain -> new Operand.Chain(chained.position(), base, fields);
                    case Command command -> new Operand.Chain(chained.position(), base, fields);
                });
    }

    private TemplateException chainOn(Operand operand, Token field) {
        return source.error(field.position(), "unexpected . after term " + GoFormat.quote(operand.toString()));
    }

    private static List<String> joined(List<String> first, List<String> second) {
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private Optional<Operand> term() {
        Token token = tokens.peek();
        int position = token.position();
        Operand operand = switch (token.kind()) {
            case IDENTIFIER -> function(token);
            case DOT -> new Operand.Dot(position);
            case NIL -> new Operand.Nil(position);
            case BOOLEAN -> new Operand.Literal(position, token.text().equals("true"), token.text());
            case FIELD -> new Operand.Field(position, List.of(token.text().substring(1)));
            case VARIABLE -> {
                requireDeclared(token);
                yield new Operand.Variable(position, token.text(), List.of());
            }
            case NUMBER ->
                new Operand.Literal(position, NumberLiteral.value(token.text()).orElseThrow(), token.text());
            case CHARACTER -> new Operand.Literal(position, character(token), token.text());
            case STRING, RAW_STRING -> new Operand.Literal(position, unquoted(token), token.text());
            case LEFT_PARENTHESIS -> {
                tokens.next();
                yield parse("parenthesized pipeline", Kind.RIGHT_PARENTHESIS, false);
            }
            default -> new Operand.Nil(-1);
        };
        if (operand.position() < 0) {
            return Optional.empty();
        }
        if (!token.is(Kind.LEFT_PARENTHESIS)) {
            tokens.next();
        }
        return Optional.of(operand);
    }

    private Operand function(Token token) {
        if (!functions.has(token.text())) {
            throw source.error(token.position(), "function " + GoFormat.quote(token.text()) + " not defined");
        }
        return new Operand.Function(token.position(), token.text());
    }

    private Object character(Token token) {
        String text = unquoted(token);
        if (text.codePointCount(0, text.length()) != 1) {
            throw source.error(token.position(), "malformed character constant: " + token.text());
        }
        return (long) text.codePointAt(0);
    }

    String unquoted(Token token) {
        if (token.is(Kind.RAW_STRING)) {
            return token.text().substring(1, token.text().length() - 1);
        }
        try {
            return GoStrings.unquote(token.text());
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
            throw source.error(token.position(), "invalid syntax");
        }
    }
}
