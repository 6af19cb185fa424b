package dev.belvedere.acceptance.promql;

import dev.belvedere.acceptance.promql.Node.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Makes a query that shows a difference smaller for as long as a smaller one still shows one.
public final class Shrinking {

    private static final int MAX_TRIES = 400;

    /// Whether a query still shows what is looked for.
    public interface Symptom {
        boolean isShown(Node query) throws IOException, InterruptedException;
    }

    private Shrinking() {}

    public static Node shrink(Node query, Symptom symptom) throws IOException, InterruptedException {
        Node smallest = query;
        int tries = 0;
        boolean isSmaller = true;
        while (isSmaller) {
            isSmaller = false;
            for (Node candidate : candidates(smallest)) {
                if (tries++ >= MAX_TRIES) {
                    return smallest;
                }
                if (symptom.isShown(candidate)) {
                    smallest = candidate;
                    isSmaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    /// Queries with a piece less, the smallest first.
    private static List<Node> candidates(Node query) {
        List<Node> candidates = new ArrayList<>(replacements(query));
        for (Node piece : query.descendants()) {
            if (piece.kind() == Kind.VECTOR || piece.kind() == Kind.SCALAR) {
                candidates.add(piece);
            }
        }
        candidates.sort(Comparator.comparingInt(Node::size));
        return candidates;
    }

    /// The piece with one of the pieces below it replaced by something smaller.
    private static List<Node> replacements(Node node) {
        List<Node> all = new ArrayList<>();
        for (int i = 0; i < node.children().size(); i++) {
            Node child = node.children().get(i);
            if (child.kind() == Kind.PART && !child.text().isEmpty()) {
                all.add(node.with(i, Node.NOTHING));
            }
            for (Node piece : child.descendants()) {
                if (piece.kind() == child.kind() && piece.kind() != Kind.PART) {
                    all.add(node.with(i, piece));
                }
            }
            for (Node smaller : replacements(child)) {
                all.add(node.with(i, smaller));
            }
        }
        return all;
    }
}
