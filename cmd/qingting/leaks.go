package main

type leaksCmd struct{}
