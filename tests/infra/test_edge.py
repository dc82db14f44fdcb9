"""Where the public comes in: reads are cached for a second and cannot starve senders, and nobody's invitation is kept."""

from typing import Any

from locallove.operate.package import merged

TEMPLATE = merged()


def properties(name: str) -> dict[str, Any]:
    found: dict[str, Any] = TEMPLATE["Resources"][name]["Properties"]
    return found


def behaviors() -> dict[str, dict[str, Any]]:
    """CloudFront's behaviors by path."""
    config = properties("Edge")["DistributionConfig"]
    return {"": config["DefaultCacheBehavior"], **{each["PathPattern"]: each for each in config["CacheBehaviors"]}}


def test_reads_have_limits_of_their_own() -> None:
    limits = {
        (each["ResourcePath"], each["HttpMethod"]): each["ThrottlingRateLimit"]
        for each in properties("RestAPI")["MethodSettings"]
    }
    assert limits == {
        ("/*", "*"): {"Ref": "ReadsPerSecond"},
        ("/~1v1~1lives~1{live}~1reactions", "POST"): {"Ref": "BatchesPerSecond"},
        **{
            (f"/~1v1~1festivals~1{{campaign}}~1{part}", "POST"): {"Ref": "BatchesPerSecond"}
            for part in ("entries", "votes", "metrics")
        },
    }


def test_the_public_cannot_post_through_the_cache() -> None:
    assert {tuple(each["AllowedMethods"]) for each in behaviors().values()} == {("GET", "HEAD")}
    assert {each["ViewerProtocolPolicy"] for each in behaviors().values()} == {"redirect-to-https"}


def test_nothing_under_an_invitation_is_kept_and_all_else_for_a_second() -> None:
    policies = {path: each["CachePolicyId"] for path, each in behaviors().items()}
    disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert policies == {"": {"Ref": "OneSecond"}, "/live/*": {"Ref": "OneSecondByLanguage"}, "/i/*": disabled}
    for name in ("OneSecond", "OneSecondByLanguage"):
        config = properties(name)["CachePolicyConfig"]
        assert (config["MinTTL"], config["DefaultTTL"], config["MaxTTL"]) == (0, 0, 1)


def test_the_key_of_what_is_kept_has_only_what_an_answer_depends_on() -> None:
    key = properties("OneSecond")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "whitelist", "QueryStrings": ["series", "lang"]}
    assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
    by_language = properties("OneSecondByLanguage")["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert by_language["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept-Language"]}
    assert {**by_language, "HeadersConfig": key["HeadersConfig"]} == key


def test_an_error_is_not_remembered_for_longer_than_an_answer() -> None:
    errors = properties("Edge")["DistributionConfig"]["CustomErrorResponses"]
    assert {each["ErrorCode"] for each in errors} >= {400, 404, 500, 502, 503, 504}
    assert max(each["ErrorCachingMinTTL"] for each in errors) <= 1


def test_the_log_of_requests_has_routes_and_no_invitations() -> None:
    said = properties("RestAPI")["AccessLogSetting"]["Format"]
    assert "$context.resourcePath" in said
    assert "$context.path" not in said
    assert "$context.identity" not in said


def test_the_firewall_leaves_signed_batches_alone() -> None:
    rules = properties("PublicReads")["Rules"]
    (both, only_reads) = (each["Statement"] for each in rules)
    is_read = both["AndStatement"]["Statements"][0]
    assert only_reads["ManagedRuleGroupStatement"]["ScopeDownStatement"] == is_read
    match = is_read["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (match["FieldToMatch"], match["SearchString"], match["PositionalConstraint"]) == ({"Method": {}}, "POST", "EXACTLY")


def test_secrets_are_parameters_that_nobody_is_shown() -> None:
    assert TEMPLATE["Parameters"]["OriginSecret"]["NoEcho"] is True
    assert "Default" not in TEMPLATE["Parameters"]["OriginSecret"]
    for name in ("APIHandler", "CountReactions", "PublishReports", "SettleLives"):
        assert "OriginSecret" not in str(properties(name)["Environment"])
