package io.attestedmesh.transport.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** The session of an engine whose handshake has not ended, or never will: it names no peer. */
public final class UnfinishedSession {
    private static final Set<String> PEER = Set.of("getPeerCertificates", "getPeerPrincipal");

    private UnfinishedSession() {}

    static SSLSession of(SSLSession session) {
        return of(session, Map.of());
    }

    /** With values that belong to the engine itself, whatever the provider does with those of its sessions. */
    public static SSLSession of(SSLSession session, Map<String, Object> values) {
        return (SSLSession) Proxy.newProxyInstance(
                UnfinishedSession.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (proxy, method, arguments) -> {
                    if (PEER.contains(method.getName())) {
                        throw new SSLPeerUnverifiedException("the handshake has not ended");
                    }
                    if (method.getName().equals("getValue") && values.containsKey(arguments[0])) {
                        return values.get(arguments[0]);
                    }
                    try {
                        return method.invoke(session, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
