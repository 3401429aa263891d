package io.attestedmesh.transport.socket;

import java.security.AlgorithmConstraints;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * What the user of a socket chose before its engine exists. Names and application protocols can be chosen; protocol
 * version, cipher suites and the demand for a certificate are the engine's.
 */
final class SocketSettings {
    private final Engines engines;
    private boolean client;
    private boolean sessionCreation = true;
    private List<SNIServerName> serverNames;
    private Collection<SNIMatcher> sniMatchers;
    private AlgorithmConstraints constraints;
    private String endpointIdentification;
    private String[] applicationProtocols = {};
    private BiFunction<SSLSocket, List<String>, String> selector;

    SocketSettings(Engines engines, boolean client) {
        this.engines = engines;
        this.client = client;
    }

    /** For a socket that a server socket accepts: changes of either do not show in the other. */
    synchronized SocketSettings copy() {
        SocketSettings copy = new SocketSettings(engines, client);
        copy.sessionCreation = sessionCreation;
        copy.serverNames = serverNames;
        copy.sniMatchers = sniMatchers;
        copy.constraints = constraints;
        copy.endpointIdentification = endpointIdentification;
        copy.applicationProtocols = applicationProtocols;
        copy.selector = selector;
        return copy;
    }

    Engines engines() {
        return engines;
    }

    synchronized boolean client() {
        return client;
    }

    synchronized void client(boolean value) {
        client = value;
    }

    synchronized boolean sessionCreation() {
        return sessionCreation;
    }

    synchronized void sessionCreation(boolean value) {
        sessionCreation = value;
    }

    synchronized BiFunction<SSLSocket, List<String>, String> selector() {
        return selector;
    }

    synchronized void selector(BiFunction<SSLSocket, List<String>, String> value) {
        selector = value;
    }

    /** Accepts suites, and leaves them to the engine. */
    static void checkSuites(String[] suites) {
        if (suites == null || suites.length == 0) {
            throw new IllegalArgumentException("no cipher suites");
        }
    }

    /** @throws IllegalArgumentException if the engine speaks none of them */
    void checkProtocols(String[] protocols) {
        List<String> spoken = List.of(engines.parameters().getProtocols());
        if (protocols == null || List.of(protocols).stream().noneMatch(spoken::contains)) {
            throw new IllegalArgumentException("this socket speaks " + String.join(", ", spoken) + " only");
        }
    }

    synchronized SSLParameters parameters() {
        return onto(engines.parameters());
    }

    void parameters(SSLParameters chosen) {
        if (chosen.getProtocols() != null) {
            checkProtocols(chosen.getProtocols());
        }
        synchronized (this) {
            serverNames = chosen.getServerNames();
            sniMatchers = chosen.getSNIMatchers();
            constraints = chosen.getAlgorithmConstraints();
            endpointIdentification = chosen.getEndpointIdentificationAlgorithm();
            applicationProtocols = chosen.getApplicationProtocols();
        }
    }

    /** The engine of {@code socket}, ready for its handshake. */
    synchronized SSLEngine engineFor(SSLSocket socket, Optional<String> host, int port) {
        SSLEngine engine = engines.create(host, port);
        engine.setUseClientMode(client);
        engine.setEnableSessionCreation(sessionCreation);
        engine.setSSLParameters(onto(engine.getSSLParameters()));
        if (selector != null) {
            BiFunction<SSLSocket, List<String>, String> chosen = selector;
            engine.setHandshakeApplicationProtocolSelector((unused, offered) -> chosen.apply(socket, offered));
        }
        return engine;
    }

    // a null in SSLParameters means: as it is
    private SSLParameters onto(SSLParameters parameters) {
        if (serverNames != null) {
            parameters.setServerNames(serverNames);
        }
        if (sniMatchers != null) {
            parameters.setSNIMatchers(sniMatchers);
        }
        if (constraints != null) {
            parameters.setAlgorithmConstraints(constraints);
        }
        if (endpointIdentification != null) {
            parameters.setEndpointIdentificationAlgorithm(endpointIdentification);
        }
        if (applicationProtocols.length > 0) {
            parameters.setApplicationProtocols(applicationProtocols);
        }
        return parameters;
    }
}
