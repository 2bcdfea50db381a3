"""The crafted expressions of proxies-and-security.md 9.2, by the number of their row."""

from __future__ import annotations

from typing import Any

DEEPER = "($f:=function($s,$n){$n=0?$s:$f(%s,$n-1)};%s)"
OBJECTS = '{"a":$s,"b":$s}'
LISTS = "".join(f"$l{level + 1}:=[{','.join([f'[$l{level}]'] * 10)}];" for level in range(9))


def _signature(levels: int) -> str:
    return f"function($a){'<a' * levels}<s>{'>' * levels}{{1}}"


EXPRESSIONS: dict[str, str] = {
    "1": "$pad('a', 2000000000, 'b')",
    "2": "$pad('a', -500000000)",
    "3": '$join([1..99999].("a"), $pad("b",30000))',
    "4": '$replace($pad("a",20000,"a"),"a",$pad("b",200000,"b"))',
    "5": '($r:=function($s){$replace($s,"b","bbbbbbbbbbbbbbbbbbbb")};$r($r($r($r($r($r($r("b"))))))))',
    "6": DEEPER % ("$s&$s", '$f("aaaaaaaaaa",30)'),
    "7": '$reduce([1..28],function($a,$b){$a & $a},"xxxx")',
    "8": DEEPER % (OBJECTS, '$f("x",40)'),
    "9": DEEPER % (OBJECTS, '$string($f("x",40))'),
    "10": DEEPER % ("[[$s],[$s]]", '$f("x",40)=$f("x",40)'),
    "11": DEEPER % (OBJECTS, '$count($f("x",40).**)'),
    "12": f"($l0:=1;{LISTS}$l9)",
    "13": "[1..3000].[1..3000]",
    "14": '$split($pad("a",50000000),"")',
    "15": '$match($pad("a",2000000,"a"),/a/)',
    "16": f'$match($pad("a",100000,"a"),/a{"(x)?" * 500}/)',
    "17": "$count($distinct([1..99999]))",
    "18": "$count($distinct(a))",
    "19": '$replace($pad("a",400000,"a"), /a*b|a/, "x")',
    "20": '$count($split($pad("a",200000,"a"), /a*b|a/))',
    "21": '$formatNumber(1,$pad("0",1000000,"0"))',
    "22": '$formatNumber(1,$pad("#,",1000000,"#,") & "0")',
    "23": '$formatNumber(1.5,"0." & $pad("0",10000000,"0"))',
    "24": '$fromMillis(1,"[Y,2000000000]")',
    "25": '$fromMillis(1,"[f,2000000000-2000000000]")',
    "26": '$formatInteger(1e12,"I")',
    "27": '$fromMillis(1,$pad("[Y]",30000000,"[Y]"))',
    "28": 'a@$x.$$.a@$y.$$.a@$z.{"s":$x+$y+$z}',
    "29": _signature(50_000),
    "29 within 32 KB": _signature(7_000),
    "30": '$eval("function($a)<" & $pad("",100000,"a<") & "s" & $pad("",50000,">") & ">{1}")',
    "31": DEEPER % ("function(){$s}", "$f(1,200000)"),
    "32": DEEPER % ("$s~>$uppercase", "$f($lowercase,50000)"),
    "33": DEEPER % ('{"a":$s}', "$f(1,500000)"),
    "34": '$error("secret: " & $string($$))',
    "34 by number": '$number($pad("1",50000000,"1"))',
    "35": "($f:=function(){$f()};$f())",
}

PAYLOADS: dict[str, Any] = {
    "18": {"a": [f"item {number}" for number in range(40_000)]},
    "28": {"a": list(range(2_000))},
    "34": {"a": "s" * 100_000},
}

SECOND_ENGINE = {
    "distinct": "$distinct([1..99999])",
    "shared": EXPRESSIONS["9"],
    "backtracking": '$match($pad("a",35,"a") & "!", /^(a+)+$/)',
    "quadratic blanks": '$replace($pad("",30000) & "x", /\\s+$/, "")',
    "padding": "$pad('a', 1000000000)",
}
