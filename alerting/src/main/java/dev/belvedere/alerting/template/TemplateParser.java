package dev.belvedere.alerting.template;

import dev.belvedere.alerting.template.Operand.Pipe;
import dev.belvedere.alerting.template.Statement.Branching;
import dev.belvedere.alerting.template.Token.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Parses one text into the templates it defines: its own body, and what `define` and `block` name. Recursive
/// descent; the nesting is bounded.
final class TemplateParser {

    private static final int MAX_NESTING = 200;

    /// Where a list of statements ends.
    private enum Ending {
        END,
        ELSE,
        END_OF_FILE
    }

    private record Body(List<Statement> statements, Ending ending) {}

    private final TemplateSource source;
    private final TokenCursor tokens;
    private final PipelineParser pipelines;
    private final Map<String, List<Statement>> defined = new LinkedHashMap<>();
    private int nesting;
    private int ranges;

    /// @param variables predeclared, with `$`
    TemplateParser(TemplateSource source, FunctionSet functions, List<String> variables) {
        this.source = source;
        this.tokens = new TokenCursor(source, new TemplateLexer(source).run());
        this.pipelines = new PipelineParser(source, tokens, functions, variables);
    }

    /// @return bodies by name; the text's own under the name of the source
    Map<String, List<Statement>> run() {
        List<Statement> own = body("", true).statements();
        boolean isOnlyDefinitions = !defined.isEmpty()
                && own.stream()
                        .allMatch(statement -> statement instanceof Statement.Text text
                                && text.text().isBlank());
        if (!isOnlyDefinitions || !defined.containsKey(source.name())) {
            defined.put(source.name(), own);
        }
        return defined;
    }

    /// @param context what the list belongs to, for messages; empty at the top
    private Body body(String context, boolean isTop) {
        if (++nesting > MAX_NESTING) {
            throw source.error(tokens.peek().position(), "nested deeper than " + MAX_NESTING);
        }
        List<Statement> statements = new ArrayList<>();
        while (true) {
            Token token = tokens.next();
            if (token.is(Kind.END_OF_FILE)) {
                if (!isTop) {
                    throw source.error(token.position(), "unexpected EOF");
                }
                nesting--;
                return new Body(statements, Ending.END_OF_FILE);
            }
            if (token.is(Kind.TEXT)) {
                statements.add(new Statement.Text(token.position(), token.text()));
                continue;
            }
            Token word = tokens.peekPastSpace();
            if (word.isKeyword("end") || word.isKeyword("else")) {
                if (isTop) {
                    throw source.error(word.position(), "unexpected {{" + word.text() + "}}");
                }
                tokens.nextPastSpace();
                if (word.isKeyword("end")) {
                    tokens.expect(Kind.RIGHT_DELIMITER, "end");
                }
                nesting--;
                return new Body(statements, word.isKeyword("end") ? Ending.END : Ending.ELSE);
            }
            if (word.isKeyword("define")) {
                if (!isTop) {
                    throw source.error(word.position(), "unexpected <define> in command");
                }
                tokens.nextPastSpace();
                definition();
            } else {
                statements.add(action());
            }
        }
    }

    private void definition() {
        String context = "define clause";
        String name = templateName(context);
        tokens.expect(Kind.RIGHT_DELIMITER, context);
        define(name, scoped(List.of("$"), context));
    }

    private void define(String name, List<Statement> statements) {
        List<Statement> present = defined.get(name);
        boolean isEmpty = statements.stream()
                .allMatch(statement ->
                        statement instanceof Statement.Text text && text.text().isBlank());
        if (present == null || !isEmpty) {
            defined.put(name, statements);
        }
    }

    /// A body with variables of its own, up to its `end`.
    private List<Statement> scoped(List<String> variables, String context) {
        List<String> outer = pipelines.replaceVariables(variables);
        int outerRanges = ranges;
        ranges = 0;
        Body body = body(context, false);
        if (body.ending() == Ending.ELSE) {
            throw source.error(tokens.peek().position(), "unexpected {{else}} in " + context);
        }
        ranges = outerRanges;
        pipelines.replaceVariables(outer);
        return body.statements();
    }

    private String templateName(String context) {
        Token name = tokens.nextPastSpace();
        if (!name.is(Kind.STRING) && !name.is(Kind.RAW_STRING)) {
            throw tokens.unexpected(name, context);
        }
        return pipelines.unquoted(name);
    }

    private Statement action() {
        Token word = tokens.peekPastSpace();
        if (word.is(Kind.KEYWORD)) {
            tokens.nextPastSpace();
            return switch (word.text()) {
                case "if" -> branch(Branching.IF, word);
                case "with" -> branch(Branching.WITH, word);
                case "range" -> branch(Branching.RANGE, word);
                case "template" -> invocation(word);
                case "block" -> block(word);
                default -> jump(word);
            };
        }
        int position = word.position();
        Pipe pipe = pipelines.parse("command", Kind.RIGHT_DELIMITER, false);
        return new Statement.Action(position, pipe);
    }

    private Statement jump(Token word) {
        tokens.expect(Kind.RIGHT_DELIMITER, word.text());
        if (ranges == 0) {
            throw source.error(word.position(), "{{" + word.text() + "}} outside {{range}}");
        }
        return word.text().equals("break")
                ? new Statement.Break(word.position())
                : new Statement.Continue(word.position());
    }

    private Statement branch(Branching kind, Token word) {
        int scope = pipelines.variableCount();
        Pipe pipe = pipelines.parse(word.text(), Kind.RIGHT_DELIMITER, kind == Branching.RANGE);
        ranges += kind == Branching.RANGE ? 1 : 0;
        Body body = body(word.text(), false);
        ranges -= kind == Branching.RANGE ? 1 : 0;
        List<Statement> otherwise = body.ending() == Ending.ELSE ? otherwise(kind, word) : List.of();
        pipelines.forgetVariables(scope);
        return new Statement.Branch(kind, word.position(), pipe, body.statements(), otherwise);
    }

    /// Behind the word `else`: `}}`, or another `if` or `with` that shares the `end`.
    private List<Statement> otherwise(Branching kind, Token word) {
        Token next = tokens.peekPastSpace();
        boolean isChained =
                kind == Branching.IF && next.isKeyword("if") || kind == Branching.WITH && next.isKeyword("with");
        if (isChained) {
            tokens.nextPastSpace();
            return List.of(branch(kind, next));
        }
        tokens.expect(Kind.RIGHT_DELIMITER, "else");
        Body body = body(word.text(), false);
        if (body.ending() == Ending.ELSE) {
            throw source.error(tokens.peek().position(), "expected end; found {{else}}");
        }
        return body.statements();
    }

    private Statement invocation(Token word) {
        String name = templateName("template clause");
        if (tokens.peekPastSpace().is(Kind.RIGHT_DELIMITER)) {
            tokens.nextPastSpace();
            return new Statement.Invocation(word.position(), name, Optional.empty());
        }
        Pipe argument = pipelines.parse("template clause", Kind.RIGHT_DELIMITER, false);
        return new Statement.Invocation(word.position(), name, Optional.of(argument));
    }

    /// `{{block "name" pipeline}} ... {{end}}`: a definition and its use.
    private Statement block(Token word) {
        String context = "block clause";
        String name = templateName(context);
        Pipe argument = pipelines.parse(context, Kind.RIGHT_DELIMITER, false);
        define(name, scoped(List.of("$"), context));
        return new Statement.Invocation(word.position(), name, Optional.of(argument));
    }
}
