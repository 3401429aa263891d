/**
 * TLS stacks behind one interface, each held to the same contract: TLS 1.3 only, both sides authenticated, nothing
 * resumed, hybrid key exchange first where the stack has it.
 *
 * <pre>{@code
 * TlsEngine engine = TlsEngine.preferred();
 * SslContext server = engine.nettyServer(keyManager, trustManager);
 * SSLContext any = engine.sslContext(keyManager, trustManager);
 * }</pre>
 */
package io.attestedmesh.transport.engine;
