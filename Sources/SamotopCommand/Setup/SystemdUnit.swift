/// The unit that `samotop setup` writes: `etc/systemd/samotop.service`, letter by letter (a test says so).
enum SystemdUnit {
    /// Whom it names.
    static let user = "samotop"

    /// For useradd(8).
    static func userArguments(state: String) -> [String] {
        ["--system", "--user-group", "--home-dir", state, "--no-create-home", "--shell", "/usr/sbin/nologin", user]
    }

    static let text = """
        # Copy to /etc/systemd/system. The user: useradd --system --home-dir /var/lib/samotop --shell /usr/sbin/nologin samotop
        # The configuration names neither user nor group: this unit does.
        [Unit]
        Description=Samotop mail server
        Documentation=man:samotop(1)
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=notify
        User=samotop
        Group=samotop
        ExecStart=/usr/bin/samotop serve --config /etc/samotop/samotop.yaml
        ExecReload=/bin/kill -HUP $MAINPID
        Restart=on-failure
        # Another samotop holds the state folder, or the configuration is wrong: trying again doesn't help.
        RestartPreventExitStatus=64 75 78
        RestartSec=1
        # Longer than timeouts.shutdown.
        TimeoutStopSec=60
        LimitNOFILE=65536
        LimitCORE=0
        # For privacy.memory: locked. What isn't locked takes nothing of it.
        LimitMEMLOCK=infinity

        StateDirectory=samotop
        StateDirectoryMode=0700
        RuntimeDirectory=samotop
        RuntimeDirectoryMode=0755
        UMask=0077

        # Ports below 1024 is all that it may do beyond a plain user. With samotop.socket it needs not even that.
        AmbientCapabilities=CAP_NET_BIND_SERVICE
        CapabilityBoundingSet=CAP_NET_BIND_SERVICE
        NoNewPrivileges=yes

        # Mailboxes outside of /var/lib/samotop need ReadWritePaths=, those in /home also ProtectHome=no.
        ProtectSystem=strict
        ProtectHome=yes
        PrivateTmp=yes
        PrivateDevices=yes
        ProtectClock=yes
        ProtectControlGroups=yes
        ProtectHostname=yes
        ProtectKernelLogs=yes
        ProtectKernelModules=yes
        ProtectKernelTunables=yes
        ProtectProc=invisible
        ProcSubset=pid
        RemoveIPC=yes
        LockPersonality=yes
        MemoryDenyWriteExecute=yes
        RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
        RestrictNamespaces=yes
        RestrictRealtime=yes
        RestrictSUIDSGID=yes
        SystemCallArchitectures=native
        SystemCallFilter=@system-service
        SystemCallFilter=~@privileged
        SystemCallErrorNumber=EPERM

        [Install]
        WantedBy=multi-user.target

        """
}
