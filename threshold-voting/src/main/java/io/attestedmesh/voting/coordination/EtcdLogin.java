package io.attestedmesh.voting.coordination;

import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The token that etcd gives for user and password; asked for again when etcd does not know it any more. */
final class EtcdLogin {
    private static final Metadata.Key<String> TOKEN = Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER);

    private final Optional<EtcdSettings.Login> login;
    private CompletableFuture<Metadata> headers;

    EtcdLogin(Optional<EtcdSettings.Login> login) {
        this.login = login;
    }

    /** What is sent with each call. */
    synchronized CompletableFuture<Metadata> headers(EtcdCalls calls) {
        if (login.isEmpty()) {
            return CompletableFuture.completedFuture(new Metadata());
        }
        if (headers == null || headers.isCompletedExceptionally()) {
            headers = authenticate(calls, login.get());
        }
        return headers;
    }

    private static CompletableFuture<Metadata> authenticate(EtcdCalls calls, EtcdSettings.Login login) {
        String password;
        try {
            password = login.password().get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(new CoordinationException("there is no password for etcd", e));
        }
        AuthenticateRequest request = AuthenticateRequest.newBuilder()
                .setName(login.user())
                .setPassword(password)
                .build();
        return calls.withoutLogin(AuthGrpc.getAuthenticateMethod(), request)
                .answer()
                .thenApply(answer -> {
                    Metadata token = new Metadata();
                    token.put(TOKEN, answer.getToken());
                    return token;
                });
    }

    /** These are refused. */
    synchronized void forget(Metadata refused) {
        if (headers != null && headers.isDone() && !headers.isCompletedExceptionally() && headers.join() == refused) {
            headers = null;
        }
    }

    /** Whether another token may help. */
    boolean helps(Status status) {
        String why = status.getDescription() == null ? "" : status.getDescription();
        return login.isPresent() && helps(why);
    }

    /** Whether etcd says so of a token. */
    static boolean helps(String why) {
        return why.contains("invalid auth token")
                || why.contains("revision of auth store is old")
                || why.contains("user name is empty");
    }
}
