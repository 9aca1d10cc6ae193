package io.matriarch.failover.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;

@AnalyzeClasses(packages = "io.matriarch.failover", importOptions = DoNotIncludeTests.class)
class CorePurityTest {
    @ArchTest
    static final ArchRule decisionsKnowValuesOnly =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.failover.core")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(
                            "org.osgi..",
                            "org.slf4j..",
                            "java.util.logging..",
                            "java.nio.file..",
                            "java.nio.channels..",
                            "java.net.http..",
                            "java.util.concurrent..",
                            "..failover.agent..",
                            "..failover.guard..",
                            "..failover.osgi..",
                            "..failover.rest..")
                    .orShould()
                    .dependOnClassesThat()
                    .belongToAnyOf(
                            Thread.class,
                            java.time.Clock.class,
                            java.io.File.class,
                            java.io.FileInputStream.class,
                            java.io.FileOutputStream.class,
                            java.net.Socket.class,
                            java.net.ServerSocket.class,
                            java.net.InetAddress.class,
                            java.net.URL.class);

    @ArchTest
    static final ArchRule timeComesIn =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.failover.core")
                    .should()
                    .callMethod(Instant.class, "now")
                    .orShould()
                    .callMethod(LocalDateTime.class, "now")
                    .orShould()
                    .callMethod(OffsetDateTime.class, "now")
                    .orShould()
                    .callMethod(System.class, "nanoTime")
                    .orShould()
                    .callMethod(System.class, "currentTimeMillis");
}
