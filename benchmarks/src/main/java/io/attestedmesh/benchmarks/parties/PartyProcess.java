package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One of the parties: {@code PartyProcess FOLDER ID PORT1,PORT2,...}. Does what it is told on standard input, a line each,
 * and answers each with a line.
 */
public final class PartyProcess {
    private PartyProcess() {}

    public static void main(String[] args) throws Exception {
        Cloud cloud = new Cloud(Path.of(args[0]));
        int self = Integer.parseInt(args[1]);
        List<Party> parties = new ArrayList<>();
        for (String port : args[2].split(",", -1)) {
            int id = parties.size() + 1;
            parties.add(Party.of(
                    id, cloud.entry(id), InetAddress.getLoopbackAddress().getHostAddress(), Integer.parseInt(port)));
        }
        Contexts contexts = new Contexts();
        contexts.add(new MpcContext(Work.CONTEXT, parties));
        AttestedTls tls = cloud.tls(self, contexts);
        try (AttestedGrpc grpc = new AttestedGrpc(tls, TransportLimits.DEFAULT);
                MpcNetwork network = MpcNetwork.builder(Cloud.identity(self), contexts, new AttestedTransport(grpc))
                        .build()) {
            Server server = network.addTo(grpc.server(new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            parties.get(self - 1).port())))
                    .addService(PlainCalls.service())
                    .build()
                    .start();
            List<ManagedChannel> channels = new ArrayList<>();
            for (Party party : parties) {
                if (party.id() != self) {
                    channels.add(grpc.channel(
                                    party.host(), party.port(), party.identity().name())
                            .channel());
                }
            }
            obey(new Work(self, network, channels));
            for (ManagedChannel channel : channels) {
                channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
            }
            server.shutdownNow();
        }
    }

    private static void obey(Work work) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(work.perform(line.split(" ", -1)));
        }
    }
}
