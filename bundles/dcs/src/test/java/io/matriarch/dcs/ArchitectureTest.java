package io.matriarch.dcs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.matriarch.dcs")
class ArchitectureTest {
    private static final String[] ETCD = {
        "io.etcd..", "io.grpc..", "io.netty..", "com.google.protobuf.."
    };

    @ArchTest
    static final ArchRule ONLY_ETCD_KNOWS_ETCD =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.dcs.etcd..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ETCD)
                    .because("the fixture and the component must work without the library");

    @ArchTest
    static final ArchRule OSGI_STAYS_AT_THE_EDGE =
            noClasses()
                    .that()
                    .resideOutsideOfPackage("io.matriarch.dcs.osgi..")
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage("org.osgi.service..");

    @ArchTest
    static final ArchRule THE_FIXTURE_STANDS_ALONE =
            noClasses()
                    .that()
                    .resideInAPackage("io.matriarch.dcs.memory..")
                    .and()
                    .haveSimpleNameNotContaining("Test")
                    .and()
                    .areNotMemberClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("io.matriarch.dcs.etcd..", "org.junit..", "org.slf4j..");
}
