package dev.belvedere.acceptance.promql;

import java.util.ArrayList;
import java.util.List;

/// A piece of a query as text with other pieces in its gaps, so that a query can be made smaller piece by piece.
///
/// @param glue the text around the children: one more than there are children
public record Node(Kind kind, List<String> glue, List<Node> children) {

    /// What a piece gives. A `PART` is a modifier that may as well be left out.
    public enum Kind {
        SCALAR,
        VECTOR,
        MATRIX,
        STRING,
        PART
    }

    static final Node NOTHING = leaf(Kind.PART, "");

    public Node {
        glue = List.copyOf(glue);
        children = List.copyOf(children);
        if (glue.size() != children.size() + 1) {
            throw new IllegalArgumentException(glue.size() + " texts around " + children.size() + " children");
        }
    }

    static Node leaf(Kind kind, String text) {
        return new Node(kind, List.of(text), List.of());
    }

    /// @param template the text with a `#` for each child
    static Node of(Kind kind, String template, Node... children) {
        return new Node(kind, List.of(template.split("#", -1)), List.of(children));
    }

    /// A function's call with these arguments.
    static Node call(Kind kind, String function, List<Node> arguments) {
        List<String> glue = new ArrayList<>();
        glue.add(function + "(");
        for (int i = 1; i < arguments.size(); i++) {
            glue.add(", ");
        }
        if (!arguments.isEmpty()) {
            glue.add(")");
        } else {
            glue.set(0, function + "()");
        }
        return new Node(kind, glue, arguments);
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        write(text);
        return text.toString();
    }

    private void write(StringBuilder into) {
        for (int i = 0; i < children.size(); i++) {
            into.append(glue.get(i));
            children.get(i).write(into);
        }
        into.append(glue.getLast());
    }

    Node with(int index, Node child) {
        List<Node> changed = new ArrayList<>(children);
        changed.set(index, child);
        return new Node(kind, glue, changed);
    }

    /// Every piece below this one.
    List<Node> descendants() {
        List<Node> all = new ArrayList<>();
        for (Node child : children) {
            all.add(child);
            all.addAll(child.descendants());
        }
        return all;
    }

    List<Node> withDescendants() {
        List<Node> all = descendants();
        all.addFirst(this);
        return all;
    }

    int size() {
        return 1 + children.stream().mapToInt(Node::size).sum();
    }
}
