package dev.belvedere.platform.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// An https exchange through a proxy that wants headers of its own when it is asked for a tunnel, which the JDK's
/// client does not send. Each has its own connection and speaks HTTP/1.1.
final class ProxyTunnel {

    private static final int HTTPS_PORT = 443;
    private static final int HTTP_PORT = 80;

    private ProxyTunnel() {}

    static boolean isNeeded(OutboundRequest request) {
        return "https".equals(request.uri().getScheme())
                && !request.options().proxyUrl().isEmpty()
                && !request.options().proxyConnectHeaders().isEmpty();
    }

    /// Blocks; an interrupt of the virtual thread ends it.
    static OutboundRequest.Response exchange(OutboundRequest request) throws IOException {
        URI proxy = URI.create(request.options().proxyUrl());
        boolean isProxySecure = "https".equals(proxy.getScheme());
        int proxyPort = proxy.getPort() >= 0 ? proxy.getPort() : isProxySecure ? HTTPS_PORT : HTTP_PORT;
        InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxyPort);
        if (address.isUnresolved()) {
            throw new UnknownHostException("unknown host " + proxy.getHost());
        }
        try (Socket plain = new Socket()) {
            plain.setTcpNoDelay(true);
            plain.connect(address, (int) Math.min(request.timeout().toMillis(), Integer.MAX_VALUE));
            Optional<ConnectionOptions.TlsOptions> tls = request.options().tls();
            Socket toProxy = isProxySecure ? secured(plain, proxy.getHost(), proxyPort, tls) : plain;
            openTunnel(toProxy, request);
            int port = request.uri().getPort() >= 0 ? request.uri().getPort() : HTTPS_PORT;
            Socket toServer = secured(toProxy, request.uri().getHost(), port, tls);
            return exchange(toServer, request, RepeatedRequest.bytes(request));
        }
    }

    private static SSLSocket secured(Socket inner, String host, int port, Optional<ConnectionOptions.TlsOptions> tls)
            throws IOException {
        try {
            SSLContext context = tls.isPresent() ? TlsContexts.create(tls.get()) : SSLContext.getDefault();
            String name = tls.map(ConnectionOptions.TlsOptions::serverName)
                    .filter(given -> !given.isEmpty())
                    .orElse(host);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(inner, name, port, true);
            if (tls.isPresent()) {
                socket.setSSLParameters(TlsContexts.parameters(tls.get()));
            }
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("unusable TLS settings: " + e.getMessage(), e);
        }
    }

    private static void openTunnel(Socket socket, OutboundRequest request) throws IOException {
        URI uri = request.uri();
        String authority = uri.getHost() + ':' + (uri.getPort() >= 0 ? uri.getPort() : HTTPS_PORT);
        StringBuilder head = new StringBuilder("CONNECT ")
                .append(authority)
                .append(" HTTP/1.1\r\nHost: ")
                .append(authority)
                .append("\r\n");
        for (Map.Entry<String, List<String>> header :
                request.options().revealedConnectHeaders().entrySet()) {
            for (String value : header.getValue()) {
                RepeatedRequest.appendHeader(head, header.getKey(), value);
            }
        }
        byte[] bytes = head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
        // Like the answer to HEAD, one to CONNECT has no body.
        OutboundRequest bodyless =
                new OutboundRequest("HEAD", uri, Map.of(), new byte[0], Duration.ZERO, 0, request.options());
        int status = exchange(socket, bodyless, bytes).status();
        if (status < 200 || status > 299) {
            throw new IOException("the proxy answered the request for a tunnel with HTTP status " + status);
        }
    }

    private static OutboundRequest.Response exchange(Socket socket, OutboundRequest request, byte[] bytes)
            throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        AnswerReader answer = new AnswerReader(new SpareBodies());
        answer.begin(request);
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[16 * 1024];
        while (!answer.isDone()) {
            int count = in.read(buffer);
            if (count < 0) {
                answer.end();
                break;
            }
            ByteBuffer received = ByteBuffer.wrap(buffer, 0, count);
            answer.feed(received);
            if (answer.isDone() && received.hasRemaining()) {
                throw new EOFException("more than an answer came");
            }
        }
        return answer.copy();
    }
}
