package io.attestedmesh.releases.source;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** The JDK's client, set up to follow nothing, remember nothing, and ask for local addresses itself. */
final class WebClient {
    private WebClient() {}

    static HttpClient of(SourceSettings settings) {
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.connectTimeout())
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(new RemoteOnly(proxies(settings)));
        if (!settings.authorities().isEmpty()) {
            client.sslContext(trusting(settings));
        }
        return client.build();
    }

    private static Optional<ProxySelector> proxies(SourceSettings settings) {
        Optional<InetSocketAddress> proxy = settings.proxy();
        return proxy.isPresent()
                ? Optional.of(ProxySelector.of(proxy.get()))
                : Optional.ofNullable(ProxySelector.getDefault());
    }

    private static SSLContext trusting(SourceSettings settings) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, Authorities.trustManagers(settings.authorities()), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no TLS with these authorities", e);
        }
    }

    /** Plain HTTP stays inside the machine, so it never goes to a proxy. */
    private static final class RemoteOnly extends ProxySelector {
        private final Optional<ProxySelector> others;

        RemoteOnly(Optional<ProxySelector> others) {
            this.others = others;
        }

        @Override
        public List<Proxy> select(URI address) {
            return WebAddress.isPlain(address) || others.isEmpty()
                    ? List.of(Proxy.NO_PROXY)
                    : others.get().select(address);
        }

        @Override
        public void connectFailed(URI address, SocketAddress proxy, IOException why) {
            others.ifPresent(selector -> selector.connectFailed(address, proxy, why));
        }
    }
}
