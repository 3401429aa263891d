package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.mpc.network.AttestedTransport;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.AttestedGrpc;
import io.attestedmesh.transport.grpc.TransportLimits;
import io.attestedmesh.voting.journal.FileJournal;
import io.attestedmesh.voting.node.VotingNode;
import io.attestedmesh.voting.service.VotingService;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.StatementSigner;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/**
 * One of the voters: {@code VoterProcess FOLDER ID THRESHOLD PORT1,PORT2,... [ETCD POSTGRES PASSWORD-FILE]}; obeys as {@link
 * PartyProcess} does.
 */
public final class VoterProcess {
    private VoterProcess() {}

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Cloud cloud = new Cloud(folder);
        int self = Integer.parseInt(args[1]);
        List<Party> parties = new ArrayList<>();
        for (String port : args[3].split(",", -1)) {
            int id = parties.size() + 1;
            parties.add(Party.of(
                    id, cloud.entry(id), InetAddress.getLoopbackAddress().getHostAddress(), Integer.parseInt(port)));
        }
        Contexts contexts = new Contexts();
        contexts.add(new MpcContext("voters", parties));
        Committee committee = new Committee(
                folder.getFileName().toString(), // so that those who share a store do not meet there
                1,
                Integer.parseInt(args[2]),
                parties.stream().map(party -> party.identity().name()).toList());
        String name = Cloud.identity(self).name();
        StatementSigner signer = new StatementSigner(committee, name, Ed25519PrivateKey.generate(new SecureRandom()));
        Path own = Files.createDirectories(folder.resolve(name));
        Voter voter = new Voter(name);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (AttestedGrpc grpc = new AttestedGrpc(cloud.tls(self, contexts), TransportLimits.DEFAULT);
                FileJournal journal = FileJournal.open(own.resolve("journal.mv"), committee, name);
                Stores stores = args.length > 4
                        ? Stores.of(new Stores.Servers(args[4], args[5], Path.of(args[6])), committee, meters)
                        : Stores.embedded(own, committee, meters)) {
            VotingNode.Builder builder = VotingNode.builder(signer, journal, new AttestedTransport(grpc))
                    .listener(voter);
            parties.stream().filter(party -> party.id() != self).forEach(builder::contact);
            VotingNode node = builder.build();
            Server server = node.addTo(grpc.server(new InetSocketAddress(
                            InetAddress.getLoopbackAddress(),
                            parties.get(self - 1).port())))
                    .addService(PlainCalls.service())
                    .build()
                    .start();
            Party next = parties.get(self % parties.size());
            Callable<ManagedChannel> toNext =
                    () -> grpc.channel(next.host(), next.port(), next.identity().name())
                            .channel();
            try (FileChannel toWrite = FileChannel.open(
                            own.resolve("fsync"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    VotingService service = new VotingService(
                            node,
                            signer,
                            Watched.ledger(stores.ledger(), voter::inLedger),
                            Watched.coordination(stores.coordination(), voter::inCoordination),
                            Optional.empty(),
                            meters)) {
                service.start();
                obey(voter.with(node, toNext, stores, toWrite));
                voter.disconnect();
            }
            server.shutdownNow();
        }
    }

    private static void obey(Voter voter) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        System.out.println("ready");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(voter.perform(line.split(" ", -1)));
        }
    }
}
