"""One story, told to a management server by clients of other people.

    story.py cs|libcloud|session ENDPOINT KEY SECRET [PASSWORD]

It prints a line for each thing that was seen, and ends with an error at the first that is otherwise. What the server does not
answer yet is named at the end; only what stands in MAY_LACK may be missing.
"""

import sys
import time
import uuid

CENTOS = "CentOS 5.6 (64-bit) no GUI (Simulator)"
ZONES = {"Sandbox-simulator-basic", "Sandbox-simulator-advanced"}
# Letters that clients encode in different ways.
ODD = "~ a + b * [c] ü & = % ' 名"
# Commands that may be unbound: their part is left out then, and named.
MAY_LACK = {"expungeVirtualMachine"}


def seen(text, truth=True, what=None):
    """One thing that must be so."""
    if not truth:
        raise AssertionError(f"{text}: {what!r}")
    print(f"  {text}", flush=True)


class Story:
    """What `cs` sees."""

    def __init__(self, endpoint, key, secret):
        from cs import CloudStack, CloudStackApiException

        self.connect = lambda k, s, **more: CloudStack(endpoint, k, s, poll_interval=0.05, job_timeout=60, **more)
        self.failure = CloudStackApiException
        self.admin = self.connect(key, secret)
        self.key, self.tail = key, uuid.uuid4().hex[:8]
        self.known, self.lacking = set(), set()

    def refused(self, text, codes, call, **params):
        """A call that must be refused, with one of these pairs of HTTP status and cserrorcode."""
        try:
            answer = call(**params)
        except self.failure as refusal:
            found = (refusal.response.status_code, refusal.error.get("cserrorcode"))
            seen(f"refused with {found}: {text}", found in codes, refusal.error)
            seen("the status is in the body", refusal.error["errorcode"] == found[0], refusal.error)
            seen("and a text", len(refusal.error["errortext"]) > 5, refusal.error)
            return refusal
        raise AssertionError(f"not refused: {text}: {answer!r}")

    def has(self, *commands):
        """Whether these are answered; those that are not must be allowed to be missing."""
        missing = [name for name in commands if name not in self.known]
        seen(f"{', '.join(missing)} may be missing", set(missing) <= MAY_LACK, missing) if missing else None
        self.lacking.update(missing)
        return not missing

    def apis(self):
        apis = self.admin.listApis()["api"]
        names = [api["name"] for api in apis]
        self.known = set(names)
        seen(f"{len(names)} commands, in order", names == sorted(names) and len(names) > 80, names)
        whole = all(isinstance(a["isasync"], bool) and isinstance(a["params"], list) and isinstance(a["response"], list) for a in apis)
        seen("each with parameters and a reply", whole)
        self.refused("an unknown command", {(432, 9999), (432, 4555)}, self.admin.makeCoffee)
        self.refused("a wrong secret", {(401, 9999), (401, 4290)}, self.connect(self.key, "wrong").listZones)
        self.refused("an expired signature", {(401, 9999), (401, 4290)}, self.connect(self.key, "x", expiration=-60).listZones)
        post = self.connect(self.key, self.admin.secret, method="post")
        seen("POST is answered like GET", post.listZones() == self.admin.listZones())

    def places(self):
        zones = self.admin.listZones()["zone"]
        seen("zones by their names", {z["name"] for z in zones} == ZONES, zones)
        self.zones = {z["name"]: z["id"] for z in zones}
        self.basic = self.zones["Sandbox-simulator-basic"]
        self.refused("a zone that is no id", {(431, 4350), (431, 9999)}, self.admin.listZones, id="nowhere")
        self.refused("a page without its size", {(431, 4350), (431, 9999)}, self.admin.listZones, pagesize=10)
        images = self.admin.listTemplates(templatefilter="featured")["template"]
        seen("the template by its name", CENTOS in {t["name"] for t in images}, images)
        self.image = next(t["id"] for t in images if t["name"] == CENTOS)
        self.refused("an unknown filter", {(431, 4350), (431, 9999)}, self.admin.listTemplates, templatefilter="nicest")
        sizes = {o["name"]: o["id"] for o in self.admin.listServiceOfferings()["serviceoffering"]}
        seen("offerings by their names", {"Small Instance", "Medium Instance"} <= set(sizes), sizes)
        self.small = sizes["Small Instance"]
        seen("hosts", len(self.admin.listHosts(type="Routing")["host"]) == 8)
        systems = self.admin.listSystemVms()
        seen("system machines are a list, or none", systems == {} or systems["systemvm"][0]["state"] == "Running", systems)
        if self.has("listOsTypes"):
            seen("kinds of guests", self.admin.listOsTypes()["count"] > 10)

    def deploy(self, who, **more):
        wish = {"zoneid": self.basic, "serviceofferingid": self.small, "templateid": self.image, **more}
        return who.deployVirtualMachine(**wish, fetch_result=True)["virtualmachine"]

    def machine(self):
        vm = self.deploy(self.admin, name=f"web-{self.tail}")
        seen("a machine runs, with an address", vm["state"] == "Running" and vm["nic"][0]["ipaddress"], vm)
        which = {"id": vm["id"], "fetch_result": True}

        def state():
            return self.admin.listVirtualMachines(id=vm["id"])["virtualmachine"][0]["state"]

        for verb, after in [("stop", "Stopped"), ("start", "Running"), ("reboot", "Running"), ("destroy", "Destroyed")]:
            done = getattr(self.admin, f"{verb}VirtualMachine")(**which)["virtualmachine"]
            seen(f"{verb}: {after}", (done["state"], state()) == (after, after), done)
        back = self.admin.recoverVirtualMachine(id=vm["id"])["virtualmachine"]
        seen("recover: Stopped", back["state"] == "Stopped", back)
        seen("start: Running again", self.admin.startVirtualMachine(**which)["virtualmachine"]["state"] == "Running")
        self.refused("recovering what was not destroyed", {(431, 4350), (530, 4250), (531, 4250), (536, 4375)}, self.admin.recoverVirtualMachine, id=vm["id"])
        if self.has("expungeVirtualMachine"):
            self.admin.destroyVirtualMachine(**which)
            self.admin.expungeVirtualMachine(**which)
        else:
            self.admin.destroyVirtualMachine(**which, expunge=True)
        left = self.admin.listVirtualMachines(name=vm["name"], listall=True)
        seen("expunged: nothing is left", left == {}, left)
        self.refused("showing what is gone", {(431, 4350)}, self.admin.listVirtualMachines, id=vm["id"])
        self.refused("starting what is gone", {(431, 4350)}, self.admin.startVirtualMachine, id=vm["id"])
        wish = {"zoneid": self.basic, "serviceofferingid": self.small}
        self.refused("no template", {(431, 9999), (431, 4350)}, self.admin.deployVirtualMachine, **wish)
        self.refused("an unknown template", {(431, 4350), (431, 9999)}, self.admin.deployVirtualMachine, templateid=str(uuid.uuid4()), **wish)

    def capacity(self):
        wish = {"displaytext": "too large", "cpunumber": 4, "cpuspeed": 500, "memory": 1 << 20}
        huge = self.admin.createServiceOffering(name=f"huge-{self.tail}", **wish)["serviceoffering"]
        # The server may say so at once, or by its job.
        try:
            self.deploy(self.admin, serviceofferingid=huge["id"])
            raise AssertionError("a terabyte of memory was found")
        except self.failure as refusal:
            error = refusal.error.get("jobresult", refusal.error)
            seen("no room is 533", error["errorcode"] == 533, refusal.error)

    def tenants(self):
        self.domain = self.admin.createDomain(name=f"dept-{self.tail}")["domain"]
        who = {"email": "a@example.org", "firstname": ODD, "lastname": "B", "password": "correct horse", "accounttype": 0}
        names = [f"{name}-{self.tail}" for name in ("ada", "bob")]
        accounts = [self.admin.createAccount(username=n, domainid=self.domain["id"], **who)["account"] for n in names]
        self.accounts = accounts
        seen("accounts in their domain", all(a["domainid"] == self.domain["id"] for a in accounts), accounts)
        first = accounts[0]["user"][0]["firstname"]
        seen("any letter arrives as it was sent", first == ODD, first)
        found = self.admin.listAccounts(domainid=self.domain["id"])["account"]
        seen("both are listed", sorted(a["name"] for a in found) == names, found)
        self.refused("a name twice", {(431, 4350), (431, 9999), (530, 4250), (536, 4375)}, self.admin.createAccount, username=names[0], domainid=self.domain["id"], **who)
        self.people = []
        for account in accounts:
            keys = self.admin.registerUserKeys(id=account["user"][0]["id"], fetch_result=True)["userkeys"]
            self.people.append(self.connect(keys["apikey"], keys["secretkey"]))
        ada, bob = self.people
        seen("keys open the API", [a["name"] for a in ada.listAccounts()["account"]] == [names[0]])
        seen("fewer commands for a user", len(ada.listApis()["api"]) < len(self.known))
        self.refused("what is not for users", {(432, 9999), (432, 4555), (531, 4365)}, ada.createZone, name="x", networktype="Basic", dns1="10.0.0.1", internaldns1="10.0.0.1")
        vm = self.deploy(ada, name=f"ada-{self.tail}")
        self.ada_vm = vm["id"]
        seen("a user's machine is the user's", (vm["account"], vm["domain"]) == (names[0], self.domain["name"]), vm)
        foreign = {(431, 4350), (431, 9999), (531, 4365)}
        self.refused("another's machine", foreign, bob.stopVirtualMachine, id=vm["id"])
        self.refused("another's machine, destroyed", foreign, bob.destroyVirtualMachine, id=vm["id"])
        seen("another's machine is in no list", bob.listVirtualMachines(listall=True) == {})

    def limits(self):
        ada, which = self.people[0], {"account": self.accounts[0]["name"], "domainid": self.domain["id"]}
        change = self.admin.updateResourceLimit(resourcetype=0, max=1, **which)["resourcelimit"]
        seen("a limit of one machine", int(change["max"]) == 1, change)
        limits = ada.listResourceLimits(resourcetype=0)["resourcelimit"]
        seen("which the user sees", int(limits[0]["max"]) == 1, limits)
        wish = {"zoneid": self.basic, "serviceofferingid": self.small, "templateid": self.image}
        refusal = self.refused("one machine too many", {(535, 4370), (532, 4280)}, ada.deployVirtualMachine, **wish)
        seen("without a job", "jobid" not in refusal.error)
        self.refused("a limit of an unknown kind", {(431, 4350), (431, 9999)}, self.admin.updateResourceLimit, resourcetype=99, max=1, **which)
        counts = self.admin.updateResourceCount(resourcetype=0, **which)["resourcecount"]
        seen("counted from facts", int(counts[0]["resourcecount"]) == 1, counts)

    def projects(self):
        ada, bob = self.people
        made = ada.createProject(name=f"proj-{self.tail}", displaytext="ours", fetch_result=True)["project"]
        seen("a project", made["name"] == f"proj-{self.tail}" and made["state"] == "Active", made)
        seen("of its owner alone", bob.listProjects(listall=True) == {})
        seen("which is listed", [p["id"] for p in ada.listProjects()["project"]] == [made["id"]])
        ada.addAccountToProject(projectid=made["id"], account=self.accounts[1]["name"], fetch_result=True)
        members = ada.listProjectAccounts(projectid=made["id"])["projectaccount"]
        invited = ada.listProjectInvitations(projectid=made["id"]).get("projectinvitation", [])
        seen("another account joins, or is invited", len(members) + len(invited) == 2, (members, invited))
        self.refused("a project that is not there, as if it were another's", {(531, 4365)}, ada.listProjectAccounts, projectid=str(uuid.uuid4()))
        ada.deleteProject(id=made["id"], fetch_result=True)
        seen("and goes", ada.listProjects() == {})

    def groups(self):
        ada, bob = self.people
        group = ada.createSecurityGroup(name=f"sg-{self.tail}")["securitygroup"]
        rule = {"protocol": "TCP", "startport": 22, "endport": 80, "cidrlist": "10.0.0.0/8"}
        done = ada.authorizeSecurityGroupIngress(securitygroupid=group["id"], **rule, fetch_result=True)["securitygroup"]
        there = ada.listSecurityGroups(id=group["id"])["securitygroup"][0]["ingressrule"]
        seen("a rule is in its group", (there[0]["startport"], there[0]["endport"], there[0]["cidr"]) == (22, 80, "10.0.0.0/8"), there)
        seen("and in the job's answer", done["ingressrule"][0]["ruleid"] == there[0]["ruleid"], done)
        other = {"protocol": "ICMP", "icmptype": -1, "icmpcode": -1, "cidrlist": "0.0.0.0/0"}
        ada.authorizeSecurityGroupEgress(securitygroupid=group["id"], **other, fetch_result=True)
        bad = {**rule, "startport": 90}
        self.refused("ports the wrong way round", {(431, 4350), (431, 9999)}, ada.authorizeSecurityGroupIngress, securitygroupid=group["id"], **bad)
        self.refused("another's group", {(431, 4350), (431, 9999), (531, 4365)}, bob.authorizeSecurityGroupIngress, securitygroupid=group["id"], **rule)
        self.refused("a name twice", {(431, 4350), (431, 9999), (536, 4375)}, ada.createSecurityGroup, name=group["name"])
        ada.revokeSecurityGroupIngress(id=there[0]["ruleid"], fetch_result=True)
        left = ada.listSecurityGroups(id=group["id"])["securitygroup"][0]
        seen("a rule is revoked", left["ingressrule"] == [] and len(left["egressrule"]) == 1, left)
        ada.deleteSecurityGroup(id=group["id"])
        seen("and the group goes", ada.listSecurityGroups(securitygroupname=group["name"]) == {})

    def labels(self):
        ada, bob = self.people
        if self.has("createSSHKeyPair", "listSSHKeyPairs", "deleteSSHKeyPair"):
            pair = ada.createSSHKeyPair(name=f"key-{self.tail}")["keypair"]
            seen("a key pair, its private key once", "PRIVATE KEY" in pair["privatekey"] and pair["fingerprint"], pair["name"])
            there = ada.listSSHKeyPairs(name=pair["name"])["sshkeypair"]
            seen("listed without it", len(there) == 1 and "privatekey" not in there[0], there)
            self.refused("a name twice", {(431, 4350), (431, 9999), (536, 4375)}, ada.createSSHKeyPair, name=pair["name"])
            ada.deleteSSHKeyPair(name=pair["name"])
        if self.has("createTags", "listTags", "deleteTags"):
            on = {"resourcetype": "UserVm", "resourceids": self.ada_vm}
            ada.createTags(**on, tags=[{"key": "env", "value": "qa"}], fetch_result=True)
            tagged = ada.listVirtualMachines(tags=[{"key": "env", "value": "qa"}])["virtualmachine"]
            seen("found by its tag", [vm["id"] for vm in tagged] == [self.ada_vm], tagged)
            self.refused("another's machine", {(431, 4350), (431, 9999), (531, 4365)}, bob.createTags, **on, tags=[{"key": "a", "value": "b"}])
            ada.deleteTags(**on, tags=[{"key": "env"}], fetch_result=True)
            seen("and not without it", ada.listVirtualMachines(tags=[{"key": "env", "value": "qa"}]) == {})

    def records(self):
        ada = self.people[0]
        events = ada.listEvents(type="VM.CREATE")["event"]
        seen("events of a deployment", {e["state"] for e in events} >= {"Completed"}, events)
        seen("of nobody else", {e["account"] for e in events} == {self.accounts[0]["name"]}, events)
        self.refused("an event that is no id", {(431, 4350), (531, 4365)}, ada.listEvents, id="first")
        jobs = ada.listAsyncJobs()["asyncjobs"]
        seen("jobs are the user's own", {j["accountid"] for j in jobs} == {self.accounts[0]["id"]}, len(jobs))
        if self.has("listUsageTypes"):
            seen("kinds of usage", len(self.admin.listUsageTypes()["usagetype"]) > 10)
        if self.has("listUsageRecords", "generateUsageRecords"):
            today = time.strftime("%Y-%m-%d", time.gmtime())
            self.admin.generateUsageRecords(startdate=today, enddate=today)
            records = self.admin.listUsageRecords(startdate=today, enddate=today)
            seen("records of usage are a list, or none", records == {} or len(records["usagerecord"]) > 0, records)
            self.refused("usage without a day", {(431, 4350), (431, 9999)}, self.admin.listUsageRecords, startdate=today)

    def end(self):
        self.people[0].destroyVirtualMachine(id=self.ada_vm, fetch_result=True)
        for account in self.accounts:
            self.admin.deleteAccount(id=account["id"], fetch_result=True)
        self.admin.deleteDomain(id=self.domain["id"], fetch_result=True)
        seen("all of it goes", self.admin.listAccounts(name=self.accounts[0]["name"], listall=True) == {})

    def tell(self):
        for part in ("apis", "places", "machine", "capacity", "tenants", "limits", "projects", "groups", "labels", "records", "end"):
            print(part, flush=True)
            getattr(self, part)()
        if self.lacking:
            print(f"not answered yet: {', '.join(sorted(self.lacking))}")


def libcloud(endpoint, key, secret):
    """What Apache Libcloud sees."""
    from urllib.parse import urlparse

    from libcloud.compute.providers import get_driver
    from libcloud.compute.types import Provider

    at, tail = urlparse(endpoint), uuid.uuid4().hex[:8]
    make = get_driver(Provider.CLOUDSTACK)

    def connect(secret):
        driver = make(key=key, secret=secret, host=at.hostname, port=at.port, path=at.path, secure=False)
        driver.connection.poll_interval = 0.05
        return driver

    driver = connect(secret)
    zones = {z.name: z for z in driver.list_locations()}
    seen("locations", set(zones) == ZONES, zones)
    image = next(i for i in driver.list_images() if i.name == CENTOS)
    sizes = {s.name: s for s in driver.list_sizes()}
    zone, size = zones["Sandbox-simulator-basic"], sizes["Small Instance"]
    node = driver.create_node(name=f"lib-{tail}", size=size, image=image, location=zone, ex_start_vm=True)
    seen("a node runs", node.state == "running" and node.private_ips, node)

    def there():
        return next((n for n in driver.list_nodes() if n.id == node.id), None)

    seen("and is listed", there().name == f"lib-{tail}")
    seen("rebooted", driver.reboot_node(node) and there().state == "running")
    driver.ex_stop(node)
    seen("stopped", there().state == "stopped", there())
    driver.ex_start(node)
    seen("started", there().state == "running", there())
    seen("volumes", any(True for _ in driver.list_volumes()))
    group = driver.ex_create_security_group(f"lib-{tail}")
    driver.ex_authorize_security_group_ingress(f"lib-{tail}", "TCP", "10.0.0.0/8", 22, 22)
    names = {g["name"]: g for g in driver.ex_list_security_groups()}
    seen("a group with a rule", len(names[f"lib-{tail}"]["ingressrule"]) == 1, (group, names))
    driver.ex_delete_security_group(f"lib-{tail}")
    seen("limits", "max_instances" in driver.ex_limits() or len(driver.ex_limits()) > 5)
    seen("destroyed", driver.destroy_node(node) and (there() is None or there().state in ("terminated", "unknown", "destroyed")), there())
    size.id = str(uuid.uuid4())
    for text, code, call in [
        ("an unknown size", "431", lambda: driver.create_node(name="x", size=size, image=image, location=zone, ex_start_vm=True)),
        ("a wrong secret", "401", lambda: connect("wrong").list_locations()),
    ]:
        try:
            call()
        except Exception as refusal:  # libcloud has several kinds, some of them bare
            told = f"{type(refusal).__name__} {getattr(refusal, 'http_code', '')} {refusal}"
            seen(f"{text} is refused", code in told or "InvalidCreds" in told, told)
        else:
            raise AssertionError(f"not refused: {text}")


def session(endpoint, password):
    """What a browser does."""
    import requests

    browser = requests.Session()

    def ask(command, **params):
        answer = browser.get(endpoint, params={"command": command, "response": "json", **params}, timeout=30)
        return answer.status_code, next(iter(answer.json().values()))

    seen("nobody is logged in", ask("listVirtualMachines")[0] == 401)
    wrong = {"command": "login", "username": "admin", "password": "wrong", "domain": "/", "response": "json"}
    answer = browser.post(endpoint + "/", data={**wrong, "password": password}, timeout=30)
    login = answer.json()["loginresponse"]
    seen("logged in", answer.status_code == 200 and login["sessionkey"], answer.status_code)
    for field in ("userid", "username", "account", "domainid", "type", "firstname", "lastname", "timeout"):
        seen(f"told its {field}", field in login, sorted(login))
    seen("cookies", {"JSESSIONID", "sessionkey"} <= set(browser.cookies.keys()), browser.cookies.keys())
    key = login["sessionkey"]
    status, found = ask("listVirtualMachines", sessionkey=key, listall="true")
    seen("machines", status == 200 and isinstance(found, dict), status)
    seen("a zone that is not there is 431", ask("listZones", sessionkey=key, id=str(uuid.uuid4()))[0] in (200, 431))
    seen("what the web UI asks first", ask("listCapabilities", sessionkey=key)[0] == 200)
    stranger = requests.get(endpoint, params={"command": "listZones", "response": "json", "sessionkey": key}, timeout=30)
    seen("the key alone opens nothing", stranger.status_code == 401, stranger.text)
    seen("logged out", ask("logout", sessionkey=key) == (200, {"description": "success"}))
    seen("for good", ask("listVirtualMachines", sessionkey=key)[0] == 401)
    # Last: whoever was wrong must wait before being right.
    answer = browser.post(endpoint + "/", data=wrong, timeout=30)
    refusal = answer.json()["loginresponse"]
    seen("a wrong password is 531", (answer.status_code, refusal["errorcode"]) == (531, 531), refusal)


def main():
    how, endpoint, key, secret, *password = sys.argv[1:]
    if how == "cs":
        Story(endpoint, key, secret).tell()
    elif how == "libcloud":
        libcloud(endpoint, key, secret)
    elif how == "session":
        session(endpoint, password[0])
    else:
        sys.exit(__doc__)


main()
