package dev.belvedere.api.http;

import dev.belvedere.model.Fault;
import dev.belvedere.model.OperationException;
import java.util.Locale;
import java.util.Set;

/// Refuses requests whose `Host` is a name that nobody gave this server: the guard against DNS rebinding.
///
/// A page that resolves its own name to 127.0.0.1 still sends that name. IP addresses cannot be rebound.
final class HostCheck {

    private final Set<String> allowed;

    /// The value that was accepted last: a client sends the same with each request.
    private volatile String lastAccepted = "";

    HostCheck(Set<String> allowed) {
        this.allowed = allowed;
    }

    /// @param host the header's value, with or without a port; empty where none was sent (HTTP/1.0)
    /// @throws OperationException `host_not_allowed`
    void require(String host) {
        if (host.equals(lastAccepted)) {
            return;
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        boolean isAllowed = name.isEmpty()
                || name.equals("localhost")
                || name.endsWith(".localhost")
                || isAddress(name)
                || allowed.contains(name)
                || allowed.contains("*");
        if (!isAllowed) {
            throw new OperationException(
                    "host_not_allowed",
                    Fault.USER,
                    "this server is not known as \"" + name
                            + "\": use its address, or add the name to server.allowedHosts");
        }
        lastAccepted = host;
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? host : host.substring(0, end + 1);
        }
        int colon = host.lastIndexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }

    private static boolean isAddress(String name) {
        return name.startsWith("[") || !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
    }
}
